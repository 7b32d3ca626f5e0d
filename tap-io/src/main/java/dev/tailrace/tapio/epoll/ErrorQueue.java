package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IPV6_RECVERR;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_RECVERR;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_DONTWAIT;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_ERRQUEUE;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IPV6;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.ByteOrder;

/// Reads the errors that IP_RECVERR or IPV6_RECVERR queues on a socket (ip(7), ipv6(7)). Until they are read, the
/// kernel reports ERR.
final class ErrorQueue implements AutoCloseable {
    private static final int PAYLOAD_LENGTH = 64;
    private static final int CONTROL_LENGTH = 256;
    private static final int REGION_LENGTH = 512;
    private static final int SEQUENCE_OFFSET = 6;

    /// ICMP destination unreachable, fragmentation needed (RFC 792, RFC 1191).
    private static final int ICMP_UNREACHABLE = 3;

    private static final int ICMP_FRAGMENTATION_NEEDED = 4;

    /// ICMPv6 packet too big (RFC 4443 section 3.2); its code is 0.
    private static final int ICMPV6_PACKET_TOO_BIG = 2;

    private static final int NO_CODE = 0;

    private final Memory memory = Memory.region(REGION_LENGTH);
    private final long header = memory.allocate(MessageHeaderFlyweight.LENGTH);
    private final int name = memory.offset(memory.allocate(SockaddrFlyweight.SPACE));
    private final int payload = memory.offset(memory.allocate(PAYLOAD_LENGTH));
    private final int control = memory.offset(memory.allocate(CONTROL_LENGTH));
    private final MessageHeaderFlyweight message =
            new MessageHeaderFlyweight(memory.buffer()).wrap(memory.offset(header));
    private final SockaddrFlyweight destination = new SockaddrFlyweight(memory.buffer()).wrap(name);
    private final SockaddrFlyweight offender = new SockaddrFlyweight(memory.buffer());
    private final ControlMessageFlyweight controls = new ControlMessageFlyweight(memory.buffer());
    private final ExtendedErrorFlyweight error = new ExtendedErrorFlyweight(memory.buffer());

    ErrorQueue() {
        final long iovec = memory.allocate(MessageHeaderFlyweight.IOVEC_LENGTH);
        memory.buffer().putLong(memory.offset(iovec), memory.address() + payload);
        memory.buffer().putLong(memory.offset(iovec) + Long.BYTES, PAYLOAD_LENGTH);
        message.iovec(iovec);
    }

    /// Tells every queued error.
    void drain(final MessageSink sink) {
        while (sink.fd() >= 0) {
            message.name(memory.address() + name, SockaddrFlyweight.MAX_LENGTH)
                    .control(memory.address() + control, CONTROL_LENGTH)
                    .flags(0);
            final long length = Syscall.call(SyscallNumber.RECVMSG, sink.fd(), header, MSG_ERRQUEUE | MSG_DONTWAIT);
            if (length == -Errno.EINTR) {
                continue;
            }
            if (length < 0) {
                return;
            }
            tell(sink, (int) length);
        }
    }

    private void tell(final MessageSink sink, final int length) {
        final int data = extendedError(message.controlLength());
        if (data < 0 || !destination.isPresent()) {
            return;
        }
        error.wrap(data);
        final int sequence = length < SEQUENCE_OFFSET + Short.BYTES
                ? -1
                : memory.buffer().getShort(payload + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
        final int origin = error.origin();
        if (origin == ExtendedErrorFlyweight.ORIGIN_ICMP || origin == ExtendedErrorFlyweight.ORIGIN_ICMP6) {
            offender.wrap(error.offenderOffset());
            sink.onError(
                    error.type(),
                    error.code(),
                    isTooBig(origin) ? error.info() : 0,
                    destination.hi(),
                    destination.lo(),
                    destination.port(),
                    offender.hi(),
                    offender.lo(),
                    sequence);
        } else if (origin == ExtendedErrorFlyweight.ORIGIN_LOCAL && error.errno() == Errno.EMSGSIZE) {
            // Our own kernel knows a smaller path MTU: what a router would have said.
            final boolean ipv6 = destination.isIpv6();
            sink.onError(
                    ipv6 ? ICMPV6_PACKET_TOO_BIG : ICMP_UNREACHABLE,
                    ipv6 ? NO_CODE : ICMP_FRAGMENTATION_NEEDED,
                    error.info(),
                    destination.hi(),
                    destination.lo(),
                    destination.port(),
                    0,
                    0,
                    sequence);
        }
    }

    private int extendedError(final int controlLength) {
        final int length = ExtendedErrorFlyweight.LENGTH;
        final int data = controls.find(control, controlLength, SOL_IP, IP_RECVERR, length);
        return data >= 0 ? data : controls.find(control, controlLength, SOL_IPV6, IPV6_RECVERR, length);
    }

    private boolean isTooBig(final int origin) {
        return origin == ExtendedErrorFlyweight.ORIGIN_ICMP6
                ? error.type() == ICMPV6_PACKET_TOO_BIG
                : error.type() == ICMP_UNREACHABLE && error.code() == ICMP_FRAGMENTATION_NEEDED;
    }

    @Override
    public void close() {
        memory.close();
    }
}
