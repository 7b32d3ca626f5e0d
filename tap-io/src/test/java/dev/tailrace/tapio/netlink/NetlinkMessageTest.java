package dev.tailrace.tapio.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final NetlinkMessage message = new NetlinkMessage(buffer);

    private String bytes() {
        final int length = message.finish();
        return HexFormat.of().formatHex(Arrays.copyOf(buffer.byteArray(), length));
    }

    /// 16 of header, 16 of ifinfomsg, 8 of name, and 28 of kind and data: each attribute counts its head and value.
    @Test
    void shouldNestAttributes() {
        message.begin(RouteConstants.RTM_NEWLINK, 0x605, 7).link(0, 1, 1).text(RouteConstants.IFLA_IFNAME, "br0");
        final int info = message.nest(RouteConstants.IFLA_LINKINFO);
        message.text(RouteConstants.IFLA_INFO_KIND, "bridge");
        final int data = message.nest(RouteConstants.IFLA_INFO_DATA);
        message.octet(RouteConstants.IFLA_BR_MCAST_SNOOPING, 0).end(data).end(info);
        assertEquals(
                "44000000" + "1000" + "0506" + "07000000" + "00000000"
                        + "00000000" + "00000000" + "01000000" + "01000000"
                        + "08000300" + "62723000"
                        + "1c001200"
                        + "0b000100" + "6272696467650000"
                        + "0c000200" + "05001700" + "00000000",
                bytes());
    }

    @Test
    void shouldWriteAddressesInNetworkOrder() {
        message.begin(RouteConstants.RTM_NEWADDR, 0x605, 1)
                .octets(2, 16, 0, 0)
                .int32(3)
                .ipv4(RouteConstants.IFA_LOCAL, 0xac11_0002)
                .mac(RouteConstants.IFLA_ADDRESS, 0x0242_ac11_0002L)
                .ipv6(RouteConstants.RTA_GATEWAY, 0xfd00_0000_0000_0000L, 2);
        assertEquals(
                "40000000" + "1400" + "0506" + "01000000" + "00000000"
                        + "02100000" + "03000000"
                        + "08000200" + "ac110002"
                        + "0a000100" + "0242ac1100020000"
                        + "14000500" + "fd000000000000000000000000000002",
                bytes());
    }

    /// A message that follows a longer one has nothing of it.
    @Test
    void shouldStartOver() {
        message.begin(1, 1, 1).text(3, "a-long-name").finish();
        message.begin(2, 0, 2).text(3, "x");
        assertEquals("18000000" + "0200" + "0000" + "02000000" + "00000000" + "06000300" + "78000000", bytes());
    }
}
