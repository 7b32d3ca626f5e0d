package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.MSG_DONTWAIT;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_NOSIGNAL;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Collects datagrams of one socket at a time and sends them with one sendmmsg. Failures are kept until [#flush], so
/// that no listener is called from inside a send.
///
/// Datagrams of one length to one destination that follow each other become one message, which the kernel cuts
/// (UDP_SEGMENT): it goes through the host's stack once. Where the kernel refuses, they are sent one by one, and those
/// of that socket are left alone from then on.
final class DatagramSender implements AutoCloseable {
    static final int BATCH = 64;

    /// Most segments that every kernel with UDP_SEGMENT takes in one message (UDP_MAX_SEGMENTS before Linux 6.9).
    private static final int MAX_SEGMENTS = 64;

    /// Parts of payload of all messages of a batch.
    private static final int PARTS = 256;

    /// Most bytes in one message: what a UDP datagram holds in IPv4.
    private static final int MAX_BYTES = 65_507;

    private static final int FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT;

    private final Counters counters;
    private final OutgoingMessages messages;
    private final int[] cookies = new int[BATCH];
    private final int[] segments = new int[BATCH];
    private @Nullable EpollHostDatagram socket;
    private int count;

    /// The message that may grow: the length of its datagrams, or 0 for none, and where it goes.
    private int runLength;

    private int runBytes;
    private long runHi;
    private long runLo;
    private int runPort;
    private int runScope;
    private int runHopLimit;

    private @Nullable EpollHostDatagram[] failedSockets = new EpollHostDatagram[BATCH];
    private int[] failedErrnos = new int[BATCH];
    private int[] failedCookies = new int[BATCH];
    private int failedCount;

    DatagramSender(final EpollHostConfig config, final Counters counters) {
        this.messages = new OutgoingMessages(config, BATCH, PARTS);
        this.counters = counters;
    }

    /// Queues a message; more segments than a kernel takes at once become several.
    ///
    /// @param scope the interface of a link-local destination, else 0
    // hot path
    void enqueue(
            final EpollHostDatagram from,
            final long payload,
            final int length,
            final int segmentBytes,
            final long destinationHi,
            final long destinationLo,
            final int port,
            final int scope,
            final int hopLimit,
            final int cookie) {
        final boolean isOne = segmentBytes == 0 || length <= segmentBytes;
        final int hops = from.differingHopLimit(hopLimit);
        if (isOne && isNext(from, length, destinationHi, destinationLo, port, scope, hops)) {
            extend(payload, length);
            return;
        }
        final int most = isOne ? Math.max(length, 1) : MAX_SEGMENTS * segmentBytes;
        int sent = 0;
        do {
            final int part = Math.min(most, length - sent);
            final int slot = slotFor(from, cookie);
            segments[slot] = part <= segmentBytes ? 0 : segmentBytes;
            messages.set(slot, payload + sent, part, segments[slot], destinationHi, destinationLo, port, scope, hops);
            sent += part;
        } while (sent < length);
        runLength = isOne && from.mayGather() ? length : 0;
        runBytes = length;
        runHi = destinationHi;
        runLo = destinationLo;
        runPort = port;
        runScope = scope;
        runHopLimit = hops;
    }

    /// Whether a datagram can go with those of the message queued last: none of them is longer than the first.
    private boolean isNext(
            final EpollHostDatagram from,
            final int length,
            final long destinationHi,
            final long destinationLo,
            final int port,
            final int scope,
            final int hopLimit) {
        return length > 0
                && length <= runLength
                && socket == from
                && runBytes % runLength == 0
                && runBytes < MAX_SEGMENTS * runLength
                && runBytes + length <= MAX_BYTES
                && destinationLo == runLo
                && destinationHi == runHi
                && port == runPort
                && scope == runScope
                && hopLimit == runHopLimit
                && messages.hasRoom();
    }

    private void extend(final long payload, final int length) {
        final int slot = count - 1;
        if (segments[slot] == 0) {
            segments[slot] = runLength;
            messages.route(slot, runLength, runHi, runLo, runPort, runScope, runHopLimit);
        }
        messages.append(slot, payload, length);
        runBytes += length;
    }

    /// Sends what is queued and tells the failures since the last flush.
    // hot path
    void flush() {
        transmit();
        for (int i = 0; i < failedCount; i++) {
            final EpollHostDatagram failed = failedSockets[i];
            failedSockets[i] = null;
            if (failed != null) {
                failed.sendFailed(failedErrnos[i], failedCookies[i]);
            }
        }
        failedCount = 0;
    }

    /// Sends what is queued of `closing`: it was taken before the socket was closed.
    void beforeClose(final EpollHostDatagram closing) {
        if (socket == closing) {
            transmit();
        }
    }

    /// The next slot, after what is in the way of it has been sent.
    private int slotFor(final EpollHostDatagram from, final int cookie) {
        if (count == BATCH || socket != from || !messages.hasRoom()) {
            transmit();
            socket = from;
        }
        cookies[count] = cookie;
        return count++;
    }

    private void transmit() {
        final EpollHostDatagram from = socket;
        if (count == 0 || from == null) {
            return;
        }
        final int fd = from.fd();
        int next = 0;
        boolean again = false;
        while (next < count) {
            final long result =
                    Syscall.call(SyscallNumber.SENDMMSG, fd, messages.headerAddress(next), count - next, FLAGS);
            if (result > 0) {
                next += (int) result;
                again = false;
                continue;
            }
            int errno = (int) -result;
            if (errno == Errno.EAGAIN) {
                // The send buffer is full, whatever the size of the next message.
                while (next < count) {
                    fail(from, errno, cookies[next++]);
                }
                break;
            }
            if (segments[next] != 0 && isSegmentationRefused(errno)) {
                errno = sendOneByOne(from, next);
            } else if (!again) {
                // The socket's pending ICMP error is told, and cleared, in place of the result: ask once more.
                again = true;
                continue;
            }
            if (errno != 0) {
                fail(from, errno, cookies[next]);
            }
            next++;
            again = false;
        }
        count = 0;
        runLength = 0;
        messages.clear();
        socket = null;
    }

    private static boolean isSegmentationRefused(final int errno) {
        return errno == Errno.EIO || errno == Errno.EINVAL || errno == Errno.EMSGSIZE;
    }

    /// Sends the segments of a message as datagrams, for a device or a kernel that cannot cut it (EIO without
    /// checksum offload, EINVAL or EMSGSIZE when a segment exceeds the path's MTU).
    ///
    /// @return 0 when any of them was taken, else the errno
    private int sendOneByOne(final EpollHostDatagram from, final int slot) {
        counters.increment(Counter.HOST_SEGMENTATION_REFUSED);
        messages.withoutSegments(slot);
        final int parts = messages.parts(slot);
        if (parts > 1) {
            from.gatherNoMore();
        }
        final long payload = messages.payload(slot);
        final int length = parts > 1 ? parts : messages.payloadLength(slot);
        final int step = parts > 1 ? 1 : segments[slot];
        int taken = 0;
        int errno = 0;
        for (int sent = 0; sent < length; sent += step) {
            if (parts > 1) {
                messages.only(slot, sent);
            } else {
                messages.payload(slot, payload + sent, Math.min(step, length - sent));
            }
            final int result = sendOne(from.fd(), slot);
            if (result < 0) {
                errno = -result;
                counters.increment(Counter.DROP_HOST_SEGMENT);
            } else {
                taken++;
            }
        }
        return taken > 0 ? 0 : errno;
    }

    private int sendOne(final int fd, final int slot) {
        long result = Syscall.call(SyscallNumber.SENDMSG, fd, messages.headerAddress(slot), FLAGS);
        if (result < 0 && result != -Errno.EAGAIN) {
            result = Syscall.call(SyscallNumber.SENDMSG, fd, messages.headerAddress(slot), FLAGS);
        }
        return (int) Math.min(result, 0);
    }

    /// Keeps a failure to be told at the next flush.
    void fail(final EpollHostDatagram from, final int errno, final int cookie) {
        if (failedCount == failedErrnos.length) {
            failedSockets = Arrays.copyOf(failedSockets, 2 * failedCount);
            failedErrnos = Arrays.copyOf(failedErrnos, 2 * failedCount);
            failedCookies = Arrays.copyOf(failedCookies, 2 * failedCount);
        }
        failedSockets[failedCount] = from;
        failedErrnos[failedCount] = errno;
        failedCookies[failedCount++] = cookie;
    }

    @Override
    public void close() {
        messages.close();
    }
}
