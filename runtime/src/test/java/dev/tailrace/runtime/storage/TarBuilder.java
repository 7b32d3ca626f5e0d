package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.tar.TarEntry;
import dev.tailrace.runtime.storage.tar.TarEntry.Type;
import dev.tailrace.runtime.storage.tar.TarWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// Archives for tests, of entries that no honest program would write.
public final class TarBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarWriter writer = new TarWriter(bytes);

    public TarBuilder file(final String name, final String content) {
        return entry(TarEntry.file(name, content.length()), content);
    }

    public TarBuilder directory(final String name) {
        return entry(TarEntry.of(name, Type.DIRECTORY, ""), "");
    }

    public TarBuilder symbolicLink(final String name, final String target) {
        return entry(TarEntry.of(name, Type.SYMBOLIC_LINK, target), "");
    }

    public TarBuilder hardLink(final String name, final String target) {
        return entry(TarEntry.of(name, Type.HARD_LINK, target), "");
    }

    public TarBuilder entry(final TarEntry entry, final String content) {
        try {
            writer.entry(entry);
            final byte[] data = content.getBytes(StandardCharsets.ISO_8859_1);
            writer.write(data, 0, data.length);
            return this;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        try {
            writer.close();
            return bytes.toByteArray();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }
}
