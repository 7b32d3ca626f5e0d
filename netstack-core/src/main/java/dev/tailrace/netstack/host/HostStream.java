package dev.tailrace.netstack.host;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// One TCP connection of the host, non-blocking.
public interface HostStream {
    /// Sends up to `length` bytes.
    ///
    /// @return bytes taken, at least 1; [HostErrno#WOULD_BLOCK]; or another negated errno
    int send(DirectBuffer buffer, int offset, int length);

    /// Receives up to `length` bytes. Fewer mean that no more wait now: news of more will come (epoll(7),
    /// "Questions").
    ///
    /// @return bytes received, at least 1; 0 at end of stream; [HostErrno#WOULD_BLOCK]; or another negated errno
    int receive(MutableDirectBuffer buffer, int offset, int length);

    /// Ends the outgoing direction (`shutdown(SHUT_WR)`): the peer sees FIN after all bytes taken by [#send].
    void shutdownOutput();

    /// Asks where the socket is bound on the host; an address that is not known stays cleared.
    default void localAddress(final HostAddress into) {
        into.clear();
    }

    /// Gives the connection away as it is: nothing more is heard of it here, and the stream is closed.
    ///
    /// @return its descriptor, the caller's from now on; -1 if it has none, and nothing has changed
    default int detach() {
        return -1;
    }

    /// Closes in an orderly way. No listener call follows. Idempotent.
    void close();

    /// Closes so that the peer sees RST (`SO_LINGER` 0). No listener call follows. Idempotent.
    void reset();
}
