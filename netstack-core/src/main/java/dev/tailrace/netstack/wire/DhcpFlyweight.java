package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// A BOOTP or DHCP message (RFC 951, RFC 2131 section 2) up to and with the magic cookie; options follow.
///
/// ```
///    0     op (1)     htype (1)     hlen (1)     hops (1)
///    4     xid (4)
///    8     secs (2)                 flags (2)
///   12     ciaddr (4)   16 yiaddr (4)   20 siaddr (4)   24 giaddr (4)
///   28     chaddr (16)
///   44     sname (64)  108 file (128)
///  236     magic cookie (4)
///  240     options ...
/// ```
public final class DhcpFlyweight {
    public static final int OPERATION_OFFSET = 0;
    public static final int HARDWARE_TYPE_OFFSET = 1;
    public static final int HARDWARE_LENGTH_OFFSET = 2;
    public static final int HOPS_OFFSET = 3;
    public static final int TRANSACTION_OFFSET = 4;
    public static final int SECONDS_OFFSET = 8;
    public static final int FLAGS_OFFSET = 10;
    public static final int CLIENT_ADDRESS_OFFSET = 12;
    public static final int YOUR_ADDRESS_OFFSET = 16;
    public static final int SERVER_ADDRESS_OFFSET = 20;
    public static final int RELAY_ADDRESS_OFFSET = 24;
    public static final int CLIENT_MAC_OFFSET = 28;
    public static final int MAGIC_OFFSET = 236;
    public static final int OPTIONS_OFFSET = 240;

    /// Length of the fixed part with the cookie in bytes.
    public static final int HEADER_LENGTH = OPTIONS_OFFSET;

    public static final int REQUEST = 1;
    public static final int REPLY = 2;

    /// The cookie that says that options follow (RFC 2131 section 3).
    public static final int MAGIC = 0x6382_5363;

    private static final int ETHERNET = 1;
    private static final int ETHERNET_LENGTH = 6;
    private static final int BROADCAST_FLAG = 0x8000;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the message at `offset`.
    public DhcpFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the fixed part lies within `availableBytes` and speaks of an Ethernet address.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH
                && hardwareType() == ETHERNET
                && (buffer.getByte(offset + HARDWARE_LENGTH_OFFSET) & 0xff) == ETHERNET_LENGTH;
    }

    public int operation() {
        return buffer.getByte(offset + OPERATION_OFFSET) & 0xff;
    }

    public int hardwareType() {
        return buffer.getByte(offset + HARDWARE_TYPE_OFFSET) & 0xff;
    }

    /// Writes the operation, the hardware type and length of Ethernet, and the magic cookie.
    public DhcpFlyweight writeHeader(final int operation) {
        buffer.putByte(offset + OPERATION_OFFSET, (byte) operation);
        buffer.putByte(offset + HARDWARE_TYPE_OFFSET, (byte) ETHERNET);
        buffer.putByte(offset + HARDWARE_LENGTH_OFFSET, (byte) ETHERNET_LENGTH);
        return putInt(MAGIC_OFFSET, MAGIC);
    }

    /// The transaction identifier (`xid`).
    public int transaction() {
        return getInt(TRANSACTION_OFFSET);
    }

    public DhcpFlyweight transaction(final int transaction) {
        return putInt(TRANSACTION_OFFSET, transaction);
    }

    public int flags() {
        return buffer.getShort(offset + FLAGS_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public DhcpFlyweight flags(final int flags) {
        buffer.putShort(offset + FLAGS_OFFSET, (short) flags, ByteOrder.BIG_ENDIAN);
        return this;
    }

    /// Whether the client can receive broadcasts only (RFC 2131 section 4.1).
    public boolean isBroadcast() {
        return (flags() & BROADCAST_FLAG) != 0;
    }

    /// The address that the client has already (`ciaddr`), or 0.
    public int clientAddress() {
        return getInt(CLIENT_ADDRESS_OFFSET);
    }

    public DhcpFlyweight clientAddress(final int address) {
        return putInt(CLIENT_ADDRESS_OFFSET, address);
    }

    /// The address that the client gets (`yiaddr`).
    public int yourAddress() {
        return getInt(YOUR_ADDRESS_OFFSET);
    }

    public DhcpFlyweight yourAddress(final int address) {
        return putInt(YOUR_ADDRESS_OFFSET, address);
    }

    /// The next server to use in bootstrap (`siaddr`).
    public int serverAddress() {
        return getInt(SERVER_ADDRESS_OFFSET);
    }

    public DhcpFlyweight serverAddress(final int address) {
        return putInt(SERVER_ADDRESS_OFFSET, address);
    }

    /// The relay agent that passed the message on (`giaddr`), or 0.
    public int relayAddress() {
        return getInt(RELAY_ADDRESS_OFFSET);
    }

    public DhcpFlyweight relayAddress(final int address) {
        return putInt(RELAY_ADDRESS_OFFSET, address);
    }

    /// The client's Ethernet address (`chaddr`).
    public long clientMac() {
        return MacField.get(buffer, offset + CLIENT_MAC_OFFSET);
    }

    public DhcpFlyweight clientMac(final long macAddress) {
        MacField.put(buffer, offset + CLIENT_MAC_OFFSET, macAddress);
        return this;
    }

    public int magic() {
        return getInt(MAGIC_OFFSET);
    }

    public DhcpFlyweight magic(final int magic) {
        return putInt(MAGIC_OFFSET, magic);
    }

    private int getInt(final int fieldOffset) {
        return buffer.getInt(offset + fieldOffset, ByteOrder.BIG_ENDIAN);
    }

    private DhcpFlyweight putInt(final int fieldOffset, final int value) {
        buffer.putInt(offset + fieldOffset, value, ByteOrder.BIG_ENDIAN);
        return this;
    }

    @Override
    public String toString() {
        return "DHCP op " + operation() + ", xid 0x" + Integer.toHexString(transaction()) + ", client "
                + MacAddress.format(clientMac()) + ", ciaddr " + IpAddress.formatIpv4(clientAddress()) + ", yiaddr "
                + IpAddress.formatIpv4(yourAddress());
    }
}
