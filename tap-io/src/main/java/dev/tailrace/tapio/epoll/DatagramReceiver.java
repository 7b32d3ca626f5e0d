package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.MSG_DONTWAIT;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_UDP;
import static dev.tailrace.tapio.epoll.SocketConstants.UDP_GRO;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;

/// Receives messages of any socket with recvmmsg into slots that all sockets share. A slot's memory is touched, and so
/// taken from the kernel, only when a message reaches it.
final class DatagramReceiver implements AutoCloseable {
    /// Most messages of one call.
    static final int SLOTS = 32;

    /// Every datagram and every coalesced message fits.
    private static final int SLOT_LENGTH = 0x10000;

    /// Slots to go on with when messages are large, so that the payload stays in the processor's cache.
    private static final int SLOTS_WHEN_LARGE = 4;

    private static final int LARGE = 8192;
    private static final int CONTROL_LENGTH = 48;
    private static final int MAX_PENDING_ERRORS = 64;

    private final Memory payload = Memory.region(SLOTS * SLOT_LENGTH);
    private final Memory memory;
    private final int headers;
    private final int names;
    private final int controls;
    private final MessageHeaderFlyweight header;
    private final SockaddrFlyweight name;
    private final ControlMessageFlyweight control;
    private int slots = SLOTS;
    private boolean receiving;

    DatagramReceiver() {
        final int iovecLength = MessageHeaderFlyweight.IOVEC_LENGTH;
        memory = Memory.region(
                SLOTS * (MessageHeaderFlyweight.LENGTH + iovecLength + SockaddrFlyweight.SPACE + CONTROL_LENGTH));
        headers = memory.offset(memory.allocate(SLOTS * MessageHeaderFlyweight.LENGTH));
        names = memory.offset(memory.allocate(SLOTS * SockaddrFlyweight.SPACE));
        controls = memory.offset(memory.allocate(SLOTS * CONTROL_LENGTH));
        final int iovecs = memory.offset(memory.allocate(SLOTS * iovecLength));
        header = new MessageHeaderFlyweight(memory.buffer());
        name = new SockaddrFlyweight(memory.buffer());
        control = new ControlMessageFlyweight(memory.buffer());
        for (int slot = 0; slot < SLOTS; slot++) {
            final int iovec = iovecs + slot * iovecLength;
            memory.buffer().putLong(iovec, payload.address() + (long) slot * SLOT_LENGTH);
            memory.buffer().putLong(iovec + Long.BYTES, SLOT_LENGTH);
            header(slot)
                    .name(memory.address() + names + slot * SockaddrFlyweight.SPACE, SockaddrFlyweight.MAX_LENGTH)
                    .iovec(memory.address() + iovec)
                    .control(memory.address() + controls + slot * CONTROL_LENGTH, CONTROL_LENGTH);
        }
    }

    /// Receives up to `limit` messages and tells each. Not from inside [MessageSink#onMessage].
    ///
    /// @return messages told; fewer than `limit` when no more waited
    // hot path
    int receive(final MessageSink sink, final int limit) {
        if (receiving) {
            throw new IllegalStateException("receive called from inside the receipt of a message");
        }
        int told = 0;
        int errors = 0;
        while (told < limit && sink.fd() >= 0) {
            final int wanted = Math.min(limit - told, slots);
            final long result = Syscall.call(
                    SyscallNumber.RECVMMSG, sink.fd(), memory.address() + headers, wanted, MSG_DONTWAIT, 0);
            if (result < 0) {
                // Other errors are the socket's pending one, told and cleared in place of a message.
                if (result == -Errno.EAGAIN || result == -Errno.EBADF || ++errors > MAX_PENDING_ERRORS) {
                    break;
                }
                continue;
            }
            deliver(sink, (int) result);
            told += (int) result;
            if (result < wanted) {
                break;
            }
        }
        return told;
    }

    private void deliver(final MessageSink sink, final int count) {
        int largest = 0;
        receiving = true;
        try {
            for (int slot = 0; slot < count; slot++) {
                final MessageHeaderFlyweight message = header(slot);
                final int length = message.messageLength();
                final int segmentBytes = segmentBytes(slot, message.controlLength());
                name.wrap(names + slot * SockaddrFlyweight.SPACE);
                largest = Math.max(largest, length);
                message.nameLength(SockaddrFlyweight.MAX_LENGTH)
                        .controlLength(CONTROL_LENGTH)
                        .flags(0);
                if (sink.fd() >= 0 && name.isPresent()) {
                    sink.onMessage(
                            payload.buffer(),
                            slot * SLOT_LENGTH,
                            length,
                            segmentBytes < length ? segmentBytes : 0,
                            name.hi(),
                            name.lo(),
                            name.port(),
                            name.scope());
                }
            }
        } finally {
            receiving = false;
        }
        slots = largest > LARGE ? SLOTS_WHEN_LARGE : SLOTS;
    }

    private int segmentBytes(final int slot, final int controlLength) {
        if (controlLength == 0) {
            return 0;
        }
        final int data = control.find(controls + slot * CONTROL_LENGTH, controlLength, SOL_UDP, UDP_GRO, Integer.BYTES);
        return data < 0 ? 0 : memory.buffer().getInt(data);
    }

    private MessageHeaderFlyweight header(final int slot) {
        return header.wrap(headers + slot * MessageHeaderFlyweight.LENGTH);
    }

    @Override
    public void close() {
        memory.close();
        payload.close();
    }
}
