package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IP_RECVERR;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_DONTWAIT;
import static dev.tailrace.tapio.epoll.SocketConstants.MSG_ERRQUEUE;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.ByteOrder;

/// Reads the errors that IP_RECVERR queues on a socket (ip(7)). Until they are read, the kernel reports ERR.
final class ErrorQueue implements AutoCloseable {
    private static final int PAYLOAD_LENGTH = 64;
    private static final int CONTROL_LENGTH = 256;
    private static final int REGION_LENGTH = 512;
    private static final int SEQUENCE_OFFSET = 6;

    /// ICMP destination unreachable, fragmentation needed (RFC 792, RFC 1191).
    private static final int ICMP_UNREACHABLE = 3;

    private static final int ICMP_FRAGMENTATION_NEEDED = 4;

    private final Memory memory = Memory.region(REGION_LENGTH);
    private final long header = memory.allocate(MessageHeaderFlyweight.LENGTH);
    private final int name = memory.offset(memory.allocate(SockaddrFlyweight.LENGTH));
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
            message.name(memory.address() + name, SockaddrFlyweight.LENGTH)
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
        final int data =
                controls.find(control, message.controlLength(), SOL_IP, IP_RECVERR, ExtendedErrorFlyweight.LENGTH);
        if (data < 0) {
            return;
        }
        error.wrap(data);
        final int sequence = length < SEQUENCE_OFFSET + Short.BYTES
                ? -1
                : memory.buffer().getShort(payload + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
        if (error.origin() == ExtendedErrorFlyweight.ORIGIN_ICMP) {
            final boolean tooBig = error.type() == ICMP_UNREACHABLE && error.code() == ICMP_FRAGMENTATION_NEEDED;
            offender.wrap(error.offenderOffset());
            sink.onError(
                    error.type(),
                    error.code(),
                    tooBig ? error.info() : 0,
                    destination.address(),
                    destination.port(),
                    offender.isIpv4() ? offender.address() : 0,
                    sequence);
        } else if (error.origin() == ExtendedErrorFlyweight.ORIGIN_LOCAL && error.errno() == Errno.EMSGSIZE) {
            // Our own kernel knows a smaller path MTU: what a router would have said.
            sink.onError(
                    ICMP_UNREACHABLE,
                    ICMP_FRAGMENTATION_NEEDED,
                    error.info(),
                    destination.address(),
                    destination.port(),
                    0,
                    sequence);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
