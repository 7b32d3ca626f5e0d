package dev.tailrace.netstack.wire;

import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// An Ethernet II header.
///
/// ```
///   0                         6                         12          14
///   +-------------------------+-------------------------+-----------+----
///   | destination             | source                  | EtherType | data
///   +-------------------------+-------------------------+-----------+----
/// ```
public final class EthernetFlyweight {
    public static final int DESTINATION_OFFSET = 0;
    public static final int SOURCE_OFFSET = 6;
    public static final int ETHER_TYPE_OFFSET = 12;
    public static final int HEADER_LENGTH = 14;

    private MutableDirectBuffer buffer = EmptyBuffer.INSTANCE;
    private int offset;

    /// Views the header at `offset`.
    public EthernetFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /// Whether the header lies within `availableBytes`.
    public boolean check(final int availableBytes) {
        return availableBytes >= HEADER_LENGTH;
    }

    public long destination() {
        return address(DESTINATION_OFFSET);
    }

    public EthernetFlyweight destination(final long macAddress) {
        return address(DESTINATION_OFFSET, macAddress);
    }

    public long source() {
        return address(SOURCE_OFFSET);
    }

    public EthernetFlyweight source(final long macAddress) {
        return address(SOURCE_OFFSET, macAddress);
    }

    public int etherType() {
        return buffer.getShort(offset + ETHER_TYPE_OFFSET, ByteOrder.BIG_ENDIAN) & 0xffff;
    }

    public EthernetFlyweight etherType(final int etherType) {
        buffer.putShort(offset + ETHER_TYPE_OFFSET, (short) etherType, ByteOrder.BIG_ENDIAN);
        return this;
    }

    private long address(final int fieldOffset) {
        return MacField.get(buffer, offset + fieldOffset);
    }

    private EthernetFlyweight address(final int fieldOffset, final long macAddress) {
        MacField.put(buffer, offset + fieldOffset, macAddress);
        return this;
    }

    @Override
    public String toString() {
        return MacAddress.format(source()) + " > " + MacAddress.format(destination()) + ", ethertype 0x"
                + Integer.toHexString(etherType());
    }
}
