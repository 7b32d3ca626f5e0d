package dev.tailrace.perf.datagram;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// A socket for datagrams that takes and gives many at once. Not for several threads.
interface Wire extends Closeable {
    /// Sends as many datagrams of data as go into one call.
    void sendBatch() throws IOException;

    /// How many these are.
    int batchDatagrams();

    /// Payload of each of these.
    int datagramBytes();

    void send(Message message) throws IOException;

    /// Waits a little for datagrams: in [#received], one after the other.
    ///
    /// @return how many bytes they have together; 0 if none came
    int receive() throws IOException;

    /// Payload of each of the datagrams received last; the last one may have less.
    int segmentBytes();

    ByteBuffer received();

    int token();
}
