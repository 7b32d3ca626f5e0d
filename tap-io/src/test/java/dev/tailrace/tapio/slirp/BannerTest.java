package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class BannerTest {
    @Test
    void shouldTellTheDefaults() {
        assertEquals("""
                Starting slirp
                * MTU:             1500
                * Network:         10.0.2.0
                * Netmask:         255.255.255.0
                * Gateway:         10.0.2.2
                * DNS:             10.0.2.3
                * DHCP begin:      10.0.2.15
                * DHCP end:        10.0.2.30
                * Recommended IP:  10.0.2.100
                WARNING: 127.0.0.1:* on the host is accessible as 10.0.2.2 (set --disable-host-loopback to prohibit \
                connecting to 127.0.0.1:*)
                """, banner("42", "tap0"));
    }

    @Test
    void shouldTellWhatWasAskedFor() {
        assertEquals(
                """
                Starting slirp
                * MTU:             65520
                * Network:         10.9.0.0
                * Netmask:         255.255.0.0
                * Gateway:         10.9.0.2
                * DNS:             10.9.0.3
                * DHCP begin:      10.9.0.15
                * DHCP end:        10.9.0.30
                * Recommended IP:  10.9.0.100
                * API Socket:      /tmp/api
                * Outbound IPv4:   198.51.100.2
                * MAC address:     02:00:00:ab:01:ff
                """,
                banner(
                        "-c",
                        "-m65520",
                        "--cidr=10.9.0.0/16",
                        "--api-socket=/tmp/api",
                        "--disable-host-loopback",
                        "--outbound-addr=198.51.100.2",
                        "--macaddress=2:0:0:ab:1:ff",
                        "42",
                        "tap0"));
    }

    @Test
    void shouldTellOfIpv6() {
        final String banner = banner("-6", "--cidr6=fd12::/64", "--outbound-addr6=2001:db8::2", "42", "tap0");
        assertTrue(banner.contains("* Outbound IPv6:   2001:db8::2\n"), banner);
        assertTrue(banner.contains("WARNING: 127.0.0.1:* on the host is accessible as 10.0.2.2 "), banner);
        assertTrue(
                banner.endsWith(
                        "WARNING: [::1]:* on the host is accessible as [fd12::2] (set --disable-host-loopback to"
                                + " prohibit connecting to [::1]:*)\n"),
                banner);
        assertFalse(banner("-6", "--disable-host-loopback", "42", "tap0").contains("WARNING"));
    }

    private static String banner(final String... args) {
        return Banner.text(assertInstanceOf(ParseOutcome.Run.class, SlirpOptionsParser.parse(List.of(args)))
                .options());
    }
}
