package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.sandbox.SandboxOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlirpOptionsParserTest {
    private static final HostProbe HOST = new HostProbe() {
        @Override
        public int access(final String path) {
            return path.startsWith("/nope") ? Errno.ENOENT : 0;
        }

        @Override
        public int interfaceAddress(final String name) {
            return name.equals("eth7") ? 0xc6336407 : 0;
        }

        @Override
        public @Nullable IpLiteral interfaceAddress6(final String name) {
            return name.equals("eth6") ? IpLiteral.parse("2001:db8::7") : null;
        }
    };

    @Test
    void shouldHaveTheDefaultsOfTheReference() {
        final SlirpOptions options = run("42", "tap0");
        assertEquals("/proc/42/ns/net", options.netnsPath());
        assertEquals("/proc/42/ns/user", options.usernsPath());
        assertEquals("tap0", options.tapName());
        assertFalse(options.configure());
        assertEquals(-1, options.exitFd());
        assertEquals(-1, options.readyFd());
        assertNull(options.apiSocket());
        assertEquals(1500, options.network().mtu());
        assertEquals(0x0a000200, options.network().network());
        assertEquals(24, options.network().prefixLength());
        assertTrue(options.network().hostLoopback());
        assertTrue(options.network().dns());
        assertEquals(0, options.network().guestMac());
        assertEquals(0, options.outboundAddress());
        assertNull(options.network().ipv6());
        assertNull(options.outboundAddress6());
    }

    @Test
    void shouldReadTheLineOfPodman() {
        final SlirpOptions options = run(
                "--disable-host-loopback",
                "--mtu=65520",
                "--cidr=10.9.8.0/25",
                "-c",
                "-r",
                "3",
                "-e",
                "4",
                "--api-socket",
                "/run/ctr.net",
                "--netns-type=path",
                "/run/netns/x",
                "tap0");
        assertEquals("/run/netns/x", options.netnsPath());
        assertNull(options.usernsPath());
        assertTrue(options.configure());
        assertEquals(3, options.readyFd());
        assertEquals(4, options.exitFd());
        assertEquals("/run/ctr.net", options.apiSocket());
        assertEquals(65_520, options.network().mtu());
        assertEquals(0x0a090864, options.network().guest());
        assertFalse(options.network().hostLoopback());
    }

    @Test
    void shouldReadTheLineOfRootlessKitWithDetachedNamespace() {
        final SlirpOptions options = run(
                "--mtu", "65520", "-r", "3", "--userns-path=/proc/7/ns/user", "--netns-type=path", "/s/netns", "tap0");
        assertEquals("/proc/7/ns/user", options.usernsPath());
        assertEquals("/s/netns", options.netnsPath());
    }

    @Test
    void shouldTakeAnUnknownNamespaceTypeForPath() {
        assertEquals("/x", run("--netns-type=foo", "/x", "t").netnsPath());
    }

    @Test
    void shouldLetTheLastOfRepeatedOptionsWin() {
        assertEquals(9000, run("-m", "1500", "--mtu=9000", "42", "t").network().mtu());
    }

    @Test
    void shouldReadMacAndOutboundAddress() {
        final SlirpOptions options = run("-c", "--macaddress=2:0:AB:1:f:ff", "--outbound-addr=198.51.100.2", "42", "t");
        assertEquals(0x0200_ab01_0fffL, options.network().guestMac());
        assertEquals(0xc6336402, options.outboundAddress());
        assertEquals(0xc6336407, run("--outbound-addr=eth7", "42", "t").outboundAddress());
        assertFalse(run("--disable-dns", "42", "t").network().dns());
    }

    @Test
    void shouldHaveIpv6WhenAskedWithoutAWarning() {
        for (final String option : List.of("-6", "--enable-ipv6", "--enable-i")) {
            assertEquals(Ipv6Network.DEFAULT, run(option, "42", "t").network().ipv6());
            assertEquals("", parse(option, "42", "t").standardOutput());
        }
        assertTrue(run("-c6", "42", "t").configure());
        assertEquals(
                new Ipv6Network(0xfd12_3456_0000_0001L),
                run("-6", "--cidr6=fd12:3456:0:1::/64", "42", "t").network().ipv6());
        assertEquals(
                "WARNING: IPv6 needs an MTU of at least 1280: Linux has none on a device with 1279\n",
                parse("-6", "--mtu=1279", "42", "t").standardOutput());
        assertEquals("", parse("-6", "--mtu=1280", "42", "t").standardOutput());
        assertEquals("", parse("--mtu=576", "42", "t").standardOutput());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "fd00::",
                "fd00::/63",
                "fd00::/064",
                "fd00::/",
                "fd00::1/64",
                "10.0.2.0/24",
                "10.0.2.0/64",
                "::/64",
                "::ffff:0:0/64",
                "fe80::/64",
                "febf::/64",
                "ff02::/64",
                "fd00::%eth0/64"
            })
    void shouldRefuseAWrongIpv6NetworkWithoutUsage(final String cidr) {
        assertExit(
                "",
                "invalid CIDR6: " + cidr + ": needs to be an IPv6 network address like fd00::/64, /64 and unicast\n",
                "-6",
                "--cidr6=" + cidr,
                "42",
                "t");
    }

    @Test
    void shouldNotIgnoreAnIpv6NetworkWithoutIpv6() {
        assertUsage(
                "--cidr6 cannot be specified when --enable-ipv6 or -6 is not specified",
                "--cidr6=fd12::/64",
                "42",
                "t");
    }

    @Test
    void shouldLetTheOptionsOfTheReferenceBeShortenedAsThere() {
        assertEquals(0x0a090800, run("--cid=10.9.8.0/24", "42", "t").network().network());
    }

    @Test
    void shouldReadTheOutboundIpv6Address() {
        assertEquals(
                IpLiteral.parse("2001:db8::2"),
                run("--outbound-addr6=2001:db8::2", "42", "t").outboundAddress6());
        // By the interface of this option, not of --outbound-addr.
        final SlirpOptions both = run("--outbound-addr6=eth6", "--outbound-addr=eth7", "42", "t");
        assertEquals(IpLiteral.parse("2001:db8::7"), both.outboundAddress6());
        assertEquals(0xc6336407, both.outboundAddress());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "zz", "eth7", "198.51.100.2", "::ffff:198.51.100.2", "fe80::1", "fe80::1%eth0", "ff02::1"})
    void shouldRefuseAWrongOutboundIpv6AddressWithoutUsage(final String text) {
        assertExit(
                "WARNING: Support for --outbound-addr6 is experimental\n",
                "outbound-addr6 has to be valid ipv6 address or interface name.\n",
                "--outbound-addr6=" + text,
                "42",
                "t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "+7", " 7", "007"})
    void shouldReadDescriptorsAsStrtolDoes(final String text) {
        final int expected = text.isEmpty() ? 0 : 7;
        assertEquals(expected, run("--exit-fd=" + text, "42", "t").exitFd());
        assertEquals(expected, run("-r", text, "42", "t").readyFd());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "7x", "7 ", " ", "+", "0x7", "99999999999999999999", "2147483648"})
    void shouldRefuseWhatIsNoDescriptor(final String text) {
        assertUsage("exit-fd must be a non-negative integer", "--exit-fd=" + text, "42", "t");
        assertUsage("ready-fd must be a non-negative integer", "-r" + text, "42", "t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "", "x", "1500x", "0x10", "65522", "70000", "99999999999999999999"})
    void shouldRefuseAnImpossibleMtu(final String text) {
        assertUsage("MTU must be a positive integer (< 65522)", "--mtu=" + text, "42", "t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-5", "abc", "1x", "99999999999999999999"})
    void shouldRefuseWhatIsNoPid(final String text) {
        assertUsage("PID must be a positive integer", "--", text, "t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "x > invalid CIDR: x",
                "10.0.2.0 > invalid CIDR: 10.0.2.0",
                "10.0.2/24 > invalid CIDR: 10.0.2/24",
                "10.0.2.0/024 > invalid CIDR: 10.0.2.0/024",
                "10.0.2.0/ > invalid CIDR: 10.0.2.0/",
                "10.0.2.0/-1 > invalid CIDR: 10.0.2.0/-1",
                "1000.0.2.0/24 > invalid CIDR: 1000.0.2.0/24",
                "fd00::/64 > invalid CIDR: fd00::/64",
                "10.0.2.0/24/24 > invalid CIDR: 10.0.2.0/24/24",
                "10.0.2.0.0/24 > invalid CIDR: 10.0.2.0.0/24",
                "300.0.0.0/24 > invalid network address: 300.0.0.0",
                "010.0.2.0/24 > invalid network address: 010.0.2.0",
                "10.0.2.0/0 > prefix length needs to be 1-25",
                "10.0.2.0/26 > prefix length needs to be 1-25",
                "10.0.2.1/26 > prefix length needs to be 1-25",
                "10.0.2.1/24 > CIDR needs to be a network address like 10.0.2.0/24, not like 10.0.2.100/24",
                "10.0.2.0/1 > CIDR needs to be a network address like 10.0.2.0/24, not like 10.0.2.100/24",
            })
    void shouldRefuseAWrongCidrWithoutUsage(final String cidr, final String complaint) {
        assertExit("", complaint + "\n", "--cidr=" + cidr, "42", "t");
    }

    @Test
    void shouldTakeNetworksUpToTheLimits() {
        assertEquals(0x80000000, run("--cidr=128.0.0.0/1", "42", "t").network().network());
        assertEquals(
                0x0a000280, run("--cidr=10.0.2.128/25", "42", "t").network().network());
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "zz,''",
                "'',''",
                "-1:2:3:4:5:6,''",
                "1::3:4:5:6,''",
                "1:2:3:4:5:g,''",
                "1:2:3:4:5,''",
                "111:2:3:4:5:6,''",
                "1-2-3-4-5-6,''",
                "1:2:3:4:5:6:7,'  Is it too long?'",
                "1:2:3:4:5:6:,'  Is it too long?'"
            })
    void shouldRefuseAWrongMacAddressWithoutUsage(final String mac, final String question) {
        assertExit(
                "",
                "\"" + mac + "\" is an invalid MAC address." + question + "\n"
                        + "macaddress has to be a valid MAC address (hex string, 6 bytes, each byte separated by a"
                        + " ':').\n",
                "-c",
                "--macaddress=" + mac,
                "42",
                "t");
    }

    @Test
    void shouldRefuseContradictions() {
        assertUsage(
                "--macaddr cannot be specified when --configure or -c is not specified",
                "--macaddress=1:2:3:4:5:6",
                "42",
                "t");
        assertUsage("--target-type must be either \"netns\" or \"bess\"", "--target-type=x", "42", "t");
        assertUsage("--configure conflicts with --target-type=bess", "--target-type=bess", "-c", "/x");
        assertUsage("--netns-type conflicts with --target-type=bess", "--target-type=bess", "--netns-type=pid", "/x");
        assertUsage("--userns-path conflicts with --target-type=bess", "--target-type=bess", "--userns-path=/", "/x");
        assertUsage("too many arguments", "--target-type=bess", "/x", "y");
    }

    @Test
    void shouldRefuseMissingPaths() {
        assertUsage("userns path doesn't exist: /nope", "--userns-path=/nope", "42", "t");
        assertUsage(
                "existing path expected when --netns-type=path: No such file or directory",
                "--netns-type=path",
                "/nope",
                "t");
    }

    @Test
    void shouldAnswerTooFewOperandsWithTheUsageAlone() {
        assertExit(Usage.help(), "");
        assertExit(Usage.help(), "", "42");
        assertExit(Usage.help(), "", "--netns-type=path", "/x");
        assertExit(Usage.help(), "", "--cidr=x");
    }

    @Test
    void shouldRefuseAnApiPathThatDoesNotFitInAnAddress() {
        assertExit("", "the specified API socket path is too long (>= 108)\n", "-a", "/" + "x".repeat(107), "42", "t");
        assertExit("", "the specified API socket path is too long (>= 108)\n", "-a", "/" + "é".repeat(54), "42", "t");
        assertEquals(
                "/" + "x".repeat(106),
                run("-a", "/" + "x".repeat(106), "42", "t").apiSocket());
    }

    @Test
    void shouldWarnOnTheStandardOutput() {
        assertEquals("WARNING: too many arguments\n", parse("42", "t", "u", "v").standardOutput());
        assertEquals(
                "WARNING: --no-host-loopback is deprecated and will be removed in future releases, please use"
                        + " --disable-host-loopback instead.\n",
                parse("--no-host-loopback", "42", "t").standardOutput());
        assertFalse(run("--no-host-loopback", "42", "t").network().hostLoopback());
        assertEquals(
                "WARNING: Support for --outbound-addr is experimental\n",
                parse("--outbound-addr=eth7", "42", "t").standardOutput());
        assertExit(
                "WARNING: Support for --outbound-addr is experimental\n",
                "outbound-addr has to be valid ipv4 address or interface name.\n",
                "--outbound-addr=zz",
                "42",
                "t");
    }

    @Test
    void shouldAnswerHelpAndVersionBeforeWhatFollows() {
        assertEquals(new ParseOutcome.Exit(Usage.help(), "", 0), parse("-c", "--help", "-m", "0"));
        assertEquals(new ParseOutcome.Exit(Usage.version(), "", 0), parse("-v", "--nope"));
        assertUsage("MTU must be a positive integer (< 65522)", "-m", "0", "--help");
    }

    @Test
    void shouldTakeADescriptorForATarget() {
        final SlirpOptions options = run("--netns-type=tapfd", "-r", "3", "7");
        assertEquals(new SlirpTarget.TapFd(7), options.target());
        assertNull(options.usernsPath());
        assertUsage("TAPFD must a file descriptor", "--netns-type=tapfd", "x");
        assertUsage("TAPFD must a file descriptor", "--netns-type=tapfd", "--", "-1");
        assertUsage("", "--netns-type=tapfd");
        assertEquals(
                "WARNING: too many arguments\n",
                parse("--netns-type=tapfd", "7", "tap0").standardOutput());
        assertUsage("--configure conflicts with --netns-type=tapfd", "--netns-type=tapfd", "-c", "7");
        assertUsage("--userns-path conflicts with --netns-type=tapfd", "--netns-type=tapfd", "--userns-path=/", "7");
    }

    @Test
    void shouldTakeASocketForATarget() {
        final SlirpOptions options = run("--target-type=bess", "-m65520", "/run/bess");
        assertEquals(new SlirpTarget.Bess("/run/bess"), options.target());
        assertNull(options.usernsPath());
        assertEquals("", parse("--target-type=bess", "/run/bess").standardOutput());
        assertUsage("", "--target-type=bess");
    }

    @Test
    void shouldTakeWallsByEitherName() {
        assertEquals(SandboxOptions.NONE, run("42", "t").sandbox());
        assertEquals(
                new SandboxOptions(true, false),
                run("--enable-sandbox", "42", "t").sandbox());
        assertEquals(
                new SandboxOptions(false, true),
                run("--enable-seccomp", "42", "t").sandbox());
        assertEquals(
                new SandboxOptions(true, true),
                run("--enable-sa", "42", "--enable-se", "t").sandbox());
        final ParseOutcome.Run deprecated =
                assertInstanceOf(ParseOutcome.Run.class, parse("--create-sandbox", "42", "t"));
        assertEquals(new SandboxOptions(true, false), deprecated.options().sandbox());
        assertEquals(
                "WARNING: --create-sandbox is deprecated and will be removed in future releases, please use"
                        + " --enable-sandbox instead.\n",
                deprecated.standardOutput());
    }

    private static ParseOutcome parse(final String... args) {
        return new SlirpOptionsParser(HOST).outcome(List.of(args));
    }

    private static SlirpOptions run(final String... args) {
        return assertInstanceOf(ParseOutcome.Run.class, parse(args)).options();
    }

    private static void assertUsage(final String complaint, final String... args) {
        assertExit(Usage.help(), complaint.isEmpty() ? "" : complaint + "\n", args);
    }

    private static void assertExit(final String out, final String err, final String... args) {
        assertEquals(new ParseOutcome.Exit(out, err, 1), parse(args));
    }
}
