package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IP_PKTINFO;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_TTL;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_UDP;
import static dev.tailrace.tapio.epoll.SocketConstants.UDP_SEGMENT;

import dev.tailrace.tapio.linux.Memory;
import java.nio.ByteOrder;

/// Slots for messages to be sent by sendmsg or sendmmsg: header, iovec, destination and control messages each.
final class OutgoingMessages implements AutoCloseable {
    /// Answer for "leave the TTL to the socket".
    static final int SOCKET_TTL = -1;

    private static final int PKTINFO_LENGTH = 12;
    private static final int PKTINFO_SOURCE_OFFSET = 4;
    private static final int CONTROL_LENGTH = 96;
    private static final int SLOT_LENGTH = MessageHeaderFlyweight.LENGTH
            + MessageHeaderFlyweight.IOVEC_LENGTH
            + SockaddrFlyweight.LENGTH
            + CONTROL_LENGTH;

    private final Memory memory;
    private final int headers;
    private final int iovecs;
    private final int names;
    private final int controls;
    private final MessageHeaderFlyweight header;
    private final SockaddrFlyweight name;
    private final ControlMessageFlyweight control;

    OutgoingMessages(final int slots) {
        memory = Memory.region(slots * SLOT_LENGTH);
        headers = memory.offset(memory.allocate(slots * MessageHeaderFlyweight.LENGTH));
        iovecs = memory.offset(memory.allocate(slots * MessageHeaderFlyweight.IOVEC_LENGTH));
        names = memory.offset(memory.allocate(slots * SockaddrFlyweight.LENGTH));
        controls = memory.offset(memory.allocate(slots * CONTROL_LENGTH));
        header = new MessageHeaderFlyweight(memory.buffer());
        name = new SockaddrFlyweight(memory.buffer());
        control = new ControlMessageFlyweight(memory.buffer());
        for (int slot = 0; slot < slots; slot++) {
            header.wrap(headers + slot * MessageHeaderFlyweight.LENGTH)
                    .name(address(names + slot * SockaddrFlyweight.LENGTH), SockaddrFlyweight.LENGTH)
                    .iovec(address(iovec(slot)));
        }
    }

    /// Fills a slot.
    ///
    /// @param payload address of the payload
    /// @param hopLimit TTL, or [#SOCKET_TTL]
    /// @param source local IPv4 address to send from, or 0
    /// @param segmentBytes bytes per datagram, or 0 for one datagram
    void set(
            final int slot,
            final long payload,
            final int length,
            final int destination,
            final int port,
            final int hopLimit,
            final int source,
            final int segmentBytes) {
        payload(slot, payload, length);
        name.wrap(names + slot * SockaddrFlyweight.LENGTH).set(destination, port);
        final int start = controls + slot * CONTROL_LENGTH;
        control.write(start);
        if (hopLimit != SOCKET_TTL) {
            control.addInt(SOL_IP, IP_TTL, hopLimit);
        }
        if (source != 0) {
            final int data = control.add(SOL_IP, IP_PKTINFO, PKTINFO_LENGTH);
            memory.buffer().setMemory(data, PKTINFO_LENGTH, (byte) 0);
            memory.buffer().putInt(data + PKTINFO_SOURCE_OFFSET, source, ByteOrder.BIG_ENDIAN);
        }
        if (segmentBytes != 0) {
            control.addShort(SOL_UDP, UDP_SEGMENT, (short) segmentBytes);
        }
        final int controlLength = control.writtenLength();
        header(slot).control(controlLength == 0 ? 0 : address(start), controlLength);
    }

    /// Makes a slot's payload another one.
    void payload(final int slot, final long payload, final int length) {
        memory.buffer().putLong(iovec(slot), payload);
        memory.buffer().putLong(iovec(slot) + Long.BYTES, length);
    }

    /// Takes back the segment size, which is the last control message of a slot.
    void withoutSegments(final int slot) {
        final MessageHeaderFlyweight message = header(slot);
        message.controlLength(message.controlLength() - ControlMessageFlyweight.space(Short.BYTES));
    }

    long payload(final int slot) {
        return memory.buffer().getLong(iovec(slot));
    }

    int payloadLength(final int slot) {
        return (int) memory.buffer().getLong(iovec(slot) + Long.BYTES);
    }

    /// Where the kernel finds a slot's header; the next slot's follows it.
    long headerAddress(final int slot) {
        return address(headers + slot * MessageHeaderFlyweight.LENGTH);
    }

    private MessageHeaderFlyweight header(final int slot) {
        return header.wrap(headers + slot * MessageHeaderFlyweight.LENGTH);
    }

    private int iovec(final int slot) {
        return iovecs + slot * MessageHeaderFlyweight.IOVEC_LENGTH;
    }

    private long address(final int offset) {
        return memory.address() + offset;
    }

    @Override
    public void close() {
        memory.close();
    }
}
