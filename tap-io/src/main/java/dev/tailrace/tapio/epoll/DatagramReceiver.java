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
///
/// A stream of datagrams of one length, which is what most senders of many make, is received side by side, so that
/// those of one source are told as one run, as if the kernel had coalesced them:
///
/// ```
///   run     | datagram 0 | datagram 1 | datagram 2 | ...     each expected to be `laidOut` bytes
///   slots   |            | rest of 0  ...  |            | rest of 1 ...
/// ```
///
/// One that is longer than expected goes on in its slot, where there is room before the rest for what came first.
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

    /// Longest datagram of a run: with longer ones the gain is small.
    private static final int MAX_RUN_LENGTH = 2048;

    private static final int NO_RUN = -1;
    private static final int IOVECS = 2;
    private static final int IOVEC_BYTES = IOVECS * MessageHeaderFlyweight.IOVEC_LENGTH;

    private final Memory payload = Memory.region(SLOTS * SLOT_LENGTH);
    private final Memory run = Memory.region(SLOTS * MAX_RUN_LENGTH);
    private final Memory memory;
    private final int headers;
    private final int names;
    private final int controls;
    private final MessageHeaderFlyweight header;
    private final SockaddrFlyweight name;
    private final ControlMessageFlyweight control;
    private final int iovecs;
    private int slots = SLOTS;
    private int laidOut = -1;
    private boolean receiving;

    /// The run that grows: its first slot or -1, its bytes, and its source.
    private int runStart = NO_RUN;

    private int runBytes;
    private long runHi;
    private long runLo;
    private int runPort;
    private int runScope;

    DatagramReceiver() {
        memory = Memory.region(
                SLOTS * (MessageHeaderFlyweight.LENGTH + IOVEC_BYTES + SockaddrFlyweight.SPACE + CONTROL_LENGTH));
        headers = memory.offset(memory.allocate(SLOTS * MessageHeaderFlyweight.LENGTH));
        names = memory.offset(memory.allocate(SLOTS * SockaddrFlyweight.SPACE));
        controls = memory.offset(memory.allocate(SLOTS * CONTROL_LENGTH));
        iovecs = memory.offset(memory.allocate(SLOTS * IOVEC_BYTES));
        header = new MessageHeaderFlyweight(memory.buffer());
        name = new SockaddrFlyweight(memory.buffer());
        control = new ControlMessageFlyweight(memory.buffer());
        for (int slot = 0; slot < SLOTS; slot++) {
            header(slot)
                    .name(memory.address() + names + slot * SockaddrFlyweight.SPACE, SockaddrFlyweight.MAX_LENGTH)
                    .control(memory.address() + controls + slot * CONTROL_LENGTH, CONTROL_LENGTH);
        }
        layOut(0);
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
            layOut(sink.expectedLength());
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

    /// Has datagrams of `length` come side by side; 0 for each in its own slot.
    private void layOut(final int length) {
        if (length == laidOut) {
            return;
        }
        laidOut = length;
        for (int slot = 0; slot < SLOTS; slot++) {
            final int iovec = iovecs + slot * IOVEC_BYTES;
            final int rest = iovec + MessageHeaderFlyweight.IOVEC_LENGTH;
            memory.buffer().putLong(iovec, run.address() + (long) slot * length);
            memory.buffer().putLong(iovec + Long.BYTES, length);
            memory.buffer().putLong(rest, payload.address() + (long) slot * SLOT_LENGTH + length);
            memory.buffer().putLong(rest + Long.BYTES, SLOT_LENGTH - length);
            if (length == 0) {
                header(slot).iovecs(memory.address() + rest, 1);
            } else {
                header(slot).iovecs(memory.address() + iovec, IOVECS);
            }
        }
    }

    private void deliver(final MessageSink sink, final int count) {
        final int expected = laidOut;
        int largest = 0;
        int common = header(0).messageLength();
        receiving = true;
        try {
            for (int slot = 0; slot < count; slot++) {
                final MessageHeaderFlyweight message = header(slot);
                final int length = message.messageLength();
                final int segmentBytes = segmentBytes(slot, message.controlLength());
                name.wrap(names + slot * SockaddrFlyweight.SPACE);
                largest = Math.max(largest, length);
                common = length == common && segmentBytes == 0 ? common : 0;
                message.nameLength(SockaddrFlyweight.MAX_LENGTH)
                        .controlLength(CONTROL_LENGTH)
                        .flags(0);
                if (segmentBytes == 0 && length > 0 && length <= expected && name.isPresent()) {
                    extendRun(sink, slot, length, expected);
                } else {
                    endRun(sink, expected);
                    tell(sink, slot, length, segmentBytes < length ? segmentBytes : 0, expected);
                }
            }
            endRun(sink, expected);
        } finally {
            runStart = NO_RUN;
            receiving = false;
        }
        sink.expectedLength(common <= MAX_RUN_LENGTH ? common : 0);
        slots = largest > LARGE ? SLOTS_WHEN_LARGE : SLOTS;
    }

    /// Adds a datagram to the run, or begins another with it; only the last of a run may be shorter.
    private void extendRun(final MessageSink sink, final int slot, final int length, final int expected) {
        final boolean isNext = runStart != NO_RUN
                && runBytes == (slot - runStart) * expected
                && name.port() == runPort
                && name.lo() == runLo
                && name.hi() == runHi
                && name.scope() == runScope;
        if (isNext) {
            runBytes += length;
            return;
        }
        endRun(sink, expected);
        runStart = slot;
        runBytes = length;
        runHi = name.hi();
        runLo = name.lo();
        runPort = name.port();
        runScope = name.scope();
    }

    private void endRun(final MessageSink sink, final int expected) {
        if (runStart == NO_RUN) {
            return;
        }
        final int start = runStart;
        runStart = NO_RUN;
        if (sink.fd() >= 0) {
            final int segmentBytes = runBytes > expected ? expected : 0;
            sink.onMessage(run.buffer(), start * expected, runBytes, segmentBytes, runHi, runLo, runPort, runScope);
        }
    }

    /// Tells one message, which lies in its slot but for its first `expected` bytes: they are put before the rest.
    private void tell(
            final MessageSink sink, final int slot, final int length, final int segmentBytes, final int expected) {
        if (sink.fd() < 0 || !name.isPresent()) {
            return;
        }
        if (expected > 0 && length > 0) {
            payload.buffer().putBytes(slot * SLOT_LENGTH, run.buffer(), slot * expected, Math.min(expected, length));
        }
        sink.onMessage(
                payload.buffer(),
                slot * SLOT_LENGTH,
                length,
                segmentBytes,
                name.hi(),
                name.lo(),
                name.port(),
                name.scope());
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
        run.close();
    }
}
