package dev.tailrace.tapio.epoll;

import static dev.tailrace.tapio.epoll.SocketConstants.IPV6_HOPLIMIT;
import static dev.tailrace.tapio.epoll.SocketConstants.IPV6_PKTINFO;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_PKTINFO;
import static dev.tailrace.tapio.epoll.SocketConstants.IP_TTL;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IP;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_IPV6;
import static dev.tailrace.tapio.epoll.SocketConstants.SOL_UDP;
import static dev.tailrace.tapio.epoll.SocketConstants.UDP_SEGMENT;

import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Memory;
import java.nio.ByteOrder;

/// Slots for messages to be sent by sendmsg or sendmmsg: header, destination and control messages each, and the iovecs
/// that they share out: those of a message lie side by side, in the order in which the messages were set.
final class OutgoingMessages implements AutoCloseable {
    /// Answer for "leave the TTL or hop limit to the socket".
    static final int SOCKET_HOP_LIMIT = -1;

    /// `struct in_pktinfo` (linux/in.h): interface, local address, destination.
    private static final int PKTINFO_LENGTH = 12;

    private static final int PKTINFO_SOURCE_OFFSET = 4;

    /// `struct in6_pktinfo` (linux/ipv6.h): local address, interface.
    private static final int PKTINFO6_LENGTH = 20;

    private static final int CONTROL_LENGTH = 96;
    private static final int SLOT_LENGTH = MessageHeaderFlyweight.LENGTH + SockaddrFlyweight.SPACE + CONTROL_LENGTH;

    private final EpollHostConfig config;
    private final Memory memory;
    private final int headers;
    private final int iovecs;
    private final int names;
    private final int controls;
    private final MessageHeaderFlyweight header;
    private final SockaddrFlyweight name;
    private final ControlMessageFlyweight control;
    private final int[] firstIovec;
    private final int[] iovecCount;
    private final int capacity;
    private int used;

    /// @param config says which address to send from
    /// @param iovecCapacity parts of payload of all messages together, at least `slots`
    OutgoingMessages(final EpollHostConfig config, final int slots, final int iovecCapacity) {
        this.config = config;
        this.capacity = iovecCapacity;
        firstIovec = new int[slots];
        iovecCount = new int[slots];
        memory = Memory.region(slots * SLOT_LENGTH + iovecCapacity * MessageHeaderFlyweight.IOVEC_LENGTH);
        headers = memory.offset(memory.allocate(slots * MessageHeaderFlyweight.LENGTH));
        iovecs = memory.offset(memory.allocate(iovecCapacity * MessageHeaderFlyweight.IOVEC_LENGTH));
        names = memory.offset(memory.allocate(slots * SockaddrFlyweight.SPACE));
        controls = memory.offset(memory.allocate(slots * CONTROL_LENGTH));
        header = new MessageHeaderFlyweight(memory.buffer());
        name = new SockaddrFlyweight(memory.buffer());
        control = new ControlMessageFlyweight(memory.buffer());
        for (int slot = 0; slot < slots; slot++) {
            header.wrap(headers + slot * MessageHeaderFlyweight.LENGTH)
                    .name(address(names + slot * SockaddrFlyweight.SPACE), SockaddrFlyweight.MAX_LENGTH);
        }
    }

    /// Makes all iovecs free.
    void clear() {
        used = 0;
    }

    /// Whether another part of payload fits.
    boolean hasRoom() {
        return used < capacity;
    }

    /// Adds a part to the payload of the slot set last.
    void append(final int slot, final long payload, final int length) {
        putIovec(used++, payload, length);
        header(slot).iovecs(address(iovec(firstIovec[slot])), ++iovecCount[slot]);
    }

    /// Fills a slot: those before it are filled already.
    ///
    /// @param payload address of the payload
    /// @param segmentBytes bytes per datagram, or 0 for one datagram
    /// @param scope the interface of a link-local destination, else 0
    /// @param hopLimit TTL or hop limit, or [#SOCKET_HOP_LIMIT]
    void set(
            final int slot,
            final long payload,
            final int length,
            final int segmentBytes,
            final long destinationHi,
            final long destinationLo,
            final int port,
            final int scope,
            final int hopLimit) {
        firstIovec[slot] = used;
        iovecCount[slot] = 0;
        append(slot, payload, length);
        route(slot, segmentBytes, destinationHi, destinationLo, port, scope, hopLimit);
    }

    /// Says how a slot's message goes: with [#set], and again when it becomes one of several datagrams.
    void route(
            final int slot,
            final int segmentBytes,
            final long destinationHi,
            final long destinationLo,
            final int port,
            final int scope,
            final int hopLimit) {
        final boolean ipv6 = !IpAddress.isIpv4(destinationHi, destinationLo);
        final int nameLength =
                name.wrap(names + slot * SockaddrFlyweight.SPACE).set(destinationHi, destinationLo, port, scope);
        final int start = controls + slot * CONTROL_LENGTH;
        control.write(start);
        if (hopLimit != SOCKET_HOP_LIMIT) {
            control.addInt(ipv6 ? SOL_IPV6 : SOL_IP, ipv6 ? IPV6_HOPLIMIT : IP_TTL, hopLimit);
        }
        if (config.hasSourceFor(destinationHi, destinationLo)) {
            source(ipv6);
        }
        if (segmentBytes != 0) {
            control.addShort(SOL_UDP, UDP_SEGMENT, (short) segmentBytes);
        }
        final int controlLength = control.writtenLength();
        header(slot).nameLength(nameLength).control(controlLength == 0 ? 0 : address(start), controlLength);
    }

    private void source(final boolean ipv6) {
        if (ipv6) {
            final int data = control.add(SOL_IPV6, IPV6_PKTINFO, PKTINFO6_LENGTH);
            memory.buffer().putLong(data, config.outboundIpv6Hi(), ByteOrder.BIG_ENDIAN);
            memory.buffer().putLong(data + Long.BYTES, config.outboundIpv6Lo(), ByteOrder.BIG_ENDIAN);
            memory.buffer().putInt(data + 2 * Long.BYTES, 0);
            return;
        }
        final int data = control.add(SOL_IP, IP_PKTINFO, PKTINFO_LENGTH);
        memory.buffer().setMemory(data, PKTINFO_LENGTH, (byte) 0);
        memory.buffer().putInt(data + PKTINFO_SOURCE_OFFSET, config.outboundIpv4(), ByteOrder.BIG_ENDIAN);
    }

    /// Has a slot's message be a part of its payload only.
    void only(final int slot, final int part) {
        header(slot).iovecs(address(iovec(firstIovec[slot] + part)), 1);
    }

    /// Makes the first part of a slot's payload another one.
    void payload(final int slot, final long payload, final int length) {
        putIovec(firstIovec[slot], payload, length);
    }

    /// Takes back the segment size, which is the last control message of a slot.
    void withoutSegments(final int slot) {
        final MessageHeaderFlyweight message = header(slot);
        message.controlLength(message.controlLength() - ControlMessageFlyweight.space(Short.BYTES));
    }

    /// Parts of a slot's payload.
    int parts(final int slot) {
        return iovecCount[slot];
    }

    /// Where the first part of a slot's payload is.
    long payload(final int slot) {
        return memory.buffer().getLong(iovec(firstIovec[slot]));
    }

    /// Length of the first part of a slot's payload.
    int payloadLength(final int slot) {
        return (int) memory.buffer().getLong(iovec(firstIovec[slot]) + Long.BYTES);
    }

    /// Where the kernel finds a slot's header; the next slot's follows it.
    long headerAddress(final int slot) {
        return address(headers + slot * MessageHeaderFlyweight.LENGTH);
    }

    private MessageHeaderFlyweight header(final int slot) {
        return header.wrap(headers + slot * MessageHeaderFlyweight.LENGTH);
    }

    private void putIovec(final int index, final long payload, final int length) {
        memory.buffer().putLong(iovec(index), payload);
        memory.buffer().putLong(iovec(index) + Long.BYTES, length);
    }

    private int iovec(final int index) {
        return iovecs + index * MessageHeaderFlyweight.IOVEC_LENGTH;
    }

    private long address(final int offset) {
        return memory.address() + offset;
    }

    @Override
    public void close() {
        memory.close();
    }
}
