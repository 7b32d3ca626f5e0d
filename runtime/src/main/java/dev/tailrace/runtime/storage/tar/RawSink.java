package dev.tailrace.runtime.storage.tar;

import java.io.IOException;

/// Takes the bytes of an archive that are not the content of a file which the reader's user kept.
public interface RawSink {
    /// For those who do not want them.
    RawSink NONE = (_, _, _) -> {};

    void raw(byte[] data, int offset, int lengthBytes) throws IOException;
}
