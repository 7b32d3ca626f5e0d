package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An ARP packet for IPv4 over Ethernet (RFC 826).
///
/// ```
///   0       2       4      5      6           8            14           18           24           28
///   +-------+-------+------+------+-----------+------------+------------+------------+------------+
///   | htype | ptype | hlen | plen | operation | sender MAC | sender IP  | target MAC | target IP  |
///   +-------+-------+------+------+-----------+------------+------------+------------+------------+
/// ```
public final class ArpFlyweight {
    public static final int HARDWARE_TYPE_OFFSET = 0;
    public static final int PROTOCOL_TYPE_OFFSET = 2;
    public static final int HARDWARE_LENGTH_OFFSET = 4;
    public static final int PROTOCOL_LENGTH_OFFSET = 5;
    public static final int OPERATION_OFFSET = 6;
    public static final int SENDER_MAC_OFFSET = 8;
    public static final int SENDER_ADDRESS_OFFSET = 14;
    public static final int TARGET_MAC_OFFSET = 18;
    public static final int TARGET_ADDRESS_OFFSET = 24;
    public static final int HEADER_LENGTH = 28;

    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    private static final int ETHERNET = 1;
    private static final int ETHERNET_LENGTH = 6;
    private static final int IPV4_LENGTH = 4;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the packet at `offset`.
    public ArpFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the packet lies within `availableBytes` and is about IPv4 over Ethernet.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH
                && hardwareType() == ETHERNET
                && protocolType() == EtherType.IPV4
                && hardwareLength() == ETHERNET_LENGTH
                && protocolLength() == IPV4_LENGTH;
    }

    public int hardwareType() {
        return buffer.getShort(offset + HARDWARE_TYPE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public ArpFlyweight hardwareType(final int hardwareType) {
        buffer.putShort(offset + HARDWARE_TYPE_OFFSET, (short) hardwareType, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int protocolType() {
        return buffer.getShort(offset + PROTOCOL_TYPE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public ArpFlyweight protocolType(final int protocolType) {
        buffer.putShort(offset + PROTOCOL_TYPE_OFFSET, (short) protocolType, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public int hardwareLength() {
        return buffer.getByte(offset + HARDWARE_LENGTH_OFFSET) & 0xff;
    }

    public ArpFlyweight hardwareLength(final int hardwareLength) {
        buffer.putByte(offset + HARDWARE_LENGTH_OFFSET, (byte) hardwareLength);
        return this;
    }

    public int protocolLength() {
        return buffer.getByte(offset + PROTOCOL_LENGTH_OFFSET) & 0xff;
    }

    public ArpFlyweight protocolLength(final int protocolLength) {
        buffer.putByte(offset + PROTOCOL_LENGTH_OFFSET, (byte) protocolLength);
        return this;
    }

    public int operation() {
        return buffer.getShort(offset + OPERATION_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public ArpFlyweight operation(final int operation) {
        buffer.putShort(offset + OPERATION_OFFSET, (short) operation, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public long senderMac() {
        return MacField.get(buffer, offset + SENDER_MAC_OFFSET);
    }

    public ArpFlyweight senderMac(final long senderMac) {
        MacField.put(buffer, offset + SENDER_MAC_OFFSET, senderMac);
        return this;
    }

    public int senderAddress() {
        return buffer.getInt(offset + SENDER_ADDRESS_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public ArpFlyweight senderAddress(final int senderAddress) {
        buffer.putInt(offset + SENDER_ADDRESS_OFFSET, senderAddress, ByteOrder.BIG_ENDIAN);
        return this;
    }

    public long targetMac() {
        return MacField.get(buffer, offset + TARGET_MAC_OFFSET);
    }

    public ArpFlyweight targetMac(final long targetMac) {
        MacField.put(buffer, offset + TARGET_MAC_OFFSET, targetMac);
        return this;
    }

    public int targetAddress() {
        return buffer.getInt(offset + TARGET_ADDRESS_OFFSET, ByteOrder.BIG_ENDIAN);
    }

    public ArpFlyweight targetAddress(final int targetAddress) {
        buffer.putInt(offset + TARGET_ADDRESS_OFFSET, targetAddress, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Writes types and lengths for IPv4 over Ethernet, and the operation.
    public ArpFlyweight writeHeader(final int operation) {
        return hardwareType(ETHERNET)
                .protocolType(EtherType.IPV4)
                .hardwareLength(ETHERNET_LENGTH)
                .protocolLength(IPV4_LENGTH)
                .operation(operation);
    }

    @Override
    public String toString() {
        return "ARP op " + operation() + ", " + IpAddress.formatIpv4(senderAddress()) + " is-at "
                + MacAddress.format(senderMac()) + ", target " + IpAddress.formatIpv4(targetAddress());
    }
}
