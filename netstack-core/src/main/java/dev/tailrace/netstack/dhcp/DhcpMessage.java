package dev.tailrace.netstack.dhcp;

import dev.tailrace.netstack.wire.DhcpFlyweight;
import dev.tailrace.netstack.wire.DhcpOptionsDecoder;
import dev.tailrace.netstack.wire.MacAddress;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/// A client's message, read and checked. Reusable.
final class DhcpMessage {
    private final DhcpFlyweight header = new DhcpFlyweight();
    private final DhcpOptionsDecoder options = new DhcpOptionsDecoder();

    private int type;
    private boolean isBootp;
    private int requestedAddress;
    private int serverIdentifier;
    private boolean wantsMtu;

    /// Reads a message.
    ///
    /// @param length of the UDP payload in bytes
    /// @return whether it is one of a client on this link; otherwise nothing else of this object means anything
    boolean read(final MutableDirectBuffer buffer, final int offset, final int length) {
        header.wrap(buffer, offset);
        // A relay agent (giaddr) has no place on a link with a single server.
        if (!header.check(length) || header.operation() != DhcpFlyweight.REQUEST || header.relayAddress() != 0) {
            return false;
        }
        final long mac = header.clientMac();
        if (mac == 0 || MacAddress.isMulticast(mac)) {
            return false;
        }
        type = 0;
        requestedAddress = 0;
        serverIdentifier = 0;
        wantsMtu = false;
        if (header.magic() == DhcpFlyweight.MAGIC) {
            final int start = DhcpFlyweight.OPTIONS_OFFSET;
            if (!readOptions(buffer, offset + start, length - start)) {
                return false;
            }
        } else if (header.magic() != 0) {
            // RFC 951 leaves the vendor field empty; any other cookie speaks of options that nobody can read.
            return false;
        }
        isBootp = type == 0;
        if (isBootp) {
            type = DhcpOption.REQUEST;
        }
        return true;
    }

    private boolean readOptions(final MutableDirectBuffer buffer, final int offset, final int length) {
        options.wrap(buffer, offset, length);
        while (options.next()) {
            final int value = options.valueOffset();
            final int valueLength = options.valueLength();
            switch (options.code()) {
                case DhcpOption.MESSAGE_TYPE -> {
                    if (valueLength != 1 || buffer.getByte(value) == 0) {
                        return false;
                    }
                    type = buffer.getByte(value) & 0xff;
                }
                case DhcpOption.REQUESTED_ADDRESS -> {
                    if (valueLength != Integer.BYTES) {
                        return false;
                    }
                    requestedAddress = buffer.getInt(value, ByteOrder.BIG_ENDIAN);
                }
                case DhcpOption.SERVER_IDENTIFIER -> {
                    if (valueLength != Integer.BYTES) {
                        return false;
                    }
                    serverIdentifier = buffer.getInt(value, ByteOrder.BIG_ENDIAN);
                }
                case DhcpOption.PARAMETER_LIST -> {
                    for (int index = 0; index < valueLength; index++) {
                        wantsMtu |= (buffer.getByte(value + index) & 0xff) == DhcpOption.INTERFACE_MTU;
                    }
                }
                default -> {
                    // Of no use to this server.
                }
            }
        }
        return !options.isMalformed();
    }

    /// The fixed part.
    DhcpFlyweight header() {
        return header;
    }

    /// Message type; that of a plain BOOTP message is [DhcpOption#REQUEST].
    int type() {
        return type;
    }

    /// Whether there was no message type.
    boolean isBootp() {
        return isBootp;
    }

    /// The address that the client asks for (option 50), else the one it has (`ciaddr`), else 0.
    int wantedAddress() {
        return requestedAddress != 0 ? requestedAddress : header.clientAddress();
    }

    /// The requested address of option 50, or 0.
    int requestedAddress() {
        return requestedAddress;
    }

    /// The server that the client speaks to (option 54), or 0.
    int serverIdentifier() {
        return serverIdentifier;
    }

    /// Whether the client asks for the interface MTU.
    boolean wantsMtu() {
        return wantsMtu;
    }
}
