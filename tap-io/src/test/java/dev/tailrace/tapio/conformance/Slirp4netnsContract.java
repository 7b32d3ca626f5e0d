package dev.tailrace.tapio.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What clients of `slirp4netns` rely on. A subclass says which program is tested.
abstract class Slirp4netnsContract {
    /// Above `pid_max`, whatever that is set to.
    private static final String NO_SUCH_PID = "2147483647";

    private static final int SIGNALLED = 128;

    private Lab lab;

    /// The command line of the program, without options.
    abstract List<String> slirp();

    /// Where the program differs.
    abstract Set<Trait> traits();

    @BeforeAll
    static void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
    }

    @BeforeEach
    void makeLab() {
        lab = new Lab();
    }

    @AfterEach
    void closeLab() {
        lab.close();
    }

    // The command line

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help", "--hel", "-c -h", "--mtu=1500 --help -m 0"})
    void shouldPrintHelp(final String line) {
        final Program program = end(line.split(" "));
        assertEquals(0, program.awaitExit());
        assertTrue(program.stdout().startsWith("Usage: slirp4netns [OPTION]... PID|PATH"), program.stdout());
        for (final String option : List.of(
                "--netns-type",
                "--enable-ipv6",
                "--cidr",
                "--disable-host-loopback",
                "--api-socket",
                "--enable-sandbox",
                "--enable-seccomp",
                "--mtu",
                "--outbound-addr",
                "--disable-dns")) {
            assertTrue(program.stdout().contains(option), option);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-v", "--version", "--ver"})
    void shouldPrintTheVersion(final String option) {
        final Program program = end(option);
        assertEquals(0, program.awaitExit());
        final List<String> lines = program.stdout().lines().toList();
        assertTrue(lines.getFirst().matches("slirp4netns version \\d+\\.\\d+\\.\\d+.*"), lines.getFirst());
        assertTrue(lines.get(1).startsWith("commit: "), lines.get(1));
        final String prefix = "SLIRP_CONFIG_VERSION_MAX: ";
        assertTrue(lines.stream()
                .anyMatch(line -> line.startsWith(prefix) && Integer.parseInt(line.substring(prefix.length())) >= 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "--nope > slirp4netns: unrecognized option '--nope'",
                "-z > slirp4netns: invalid option -- 'z'",
                "-cz > slirp4netns: invalid option -- 'z'",
                "--help=3 > slirp4netns: option '--help' doesn't allow an argument",
                "--mtu > slirp4netns: option '--mtu' requires an argument",
                "-cm > slirp4netns: option requires an argument -- 'm'",
                "--e=3 > slirp4netns: option '--e=3' is ambiguous; possibilities: '--exit-fd' '--enable-ipv6'"
                        + " '--enable-sandbox' '--enable-seccomp'",
                "--outbound > slirp4netns: option '--outbound' is ambiguous; possibilities: '--outbound-addr'"
                        + " '--outbound-addr6'",
                "-m 0 1 t > MTU must be a positive integer (< 65522)",
                "1 t --mtu=70000 > MTU must be a positive integer (< 65522)",
                "-m65522 1 t > MTU must be a positive integer (< 65522)",
                "--mtu= 1 t > MTU must be a positive integer (< 65522)",
                "-m 1500x 1 t > MTU must be a positive integer (< 65522)",
                "-e -1 1 t > exit-fd must be a non-negative integer",
                "--exit-fd=3x 1 t > exit-fd must be a non-negative integer",
                "-rx 1 t > ready-fd must be a non-negative integer",
                "abc t > PID must be a positive integer",
                "0 t > PID must be a positive integer",
                "-- -c t > PID must be a positive integer",
                "--netns-type=path /nope t > existing path expected when --netns-type=path: No such file or directory",
                "--netns-type=other /nope t > existing path expected when --netns-type=path: No such file or directory",
                "--userns-path=/nope 1 t > userns path doesn't exist: /nope",
                "--macaddress=1:2:3:4:5:6 1 t > --macaddr cannot be specified when --configure or -c is not specified",
                "--target-type=x 1 t > --target-type must be either \"netns\" or \"bess\"",
                "--target-type=bess -c /x > --configure conflicts with --target-type=bess",
                "--target-type=bess --netns-type=pid /x > --netns-type conflicts with --target-type=bess",
                "--target-type=bess /x y > too many arguments",
            })
    void shouldRefuseWithUsage(final String line, final String complaint) {
        final Program program = end(line.split(" "));
        assertEquals(1, program.awaitExit());
        assertEquals(complaint + "\n", program.stderr());
        assertTrue(program.stdout().startsWith("Usage: slirp4netns "), program.stdout());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-c", "1", "--netns-type=path /", "--cidr=x"})
    void shouldAnswerTooFewOperandsWithTheUsageAlone(final String line) {
        final Program program = end(line.split(" "));
        assertEquals(1, program.awaitExit());
        assertEquals("", program.stderr());
        assertTrue(program.stdout().startsWith("Usage: slirp4netns "), program.stdout());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "--cidr=x > invalid CIDR: x",
                "--cidr= > invalid CIDR: ",
                "--cidr=10.0.2.0/024 > invalid CIDR: 10.0.2.0/024",
                "--cidr=300.0.0.0/24 > invalid network address: 300.0.0.0",
                "--cidr=010.0.2.0/24 > invalid network address: 010.0.2.0",
                "--cidr=10.0.2.0/0 > prefix length needs to be 1-25",
                "--cidr=10.0.2.0/26 > prefix length needs to be 1-25",
                "--cidr=10.0.2.1/24 > CIDR needs to be a network address like 10.0.2.0/24, not like 10.0.2.100/24",
                "--outbound-addr=zz > outbound-addr has to be valid ipv4 address or interface name.",
                "-c --macaddress=zz > \"zz\" is an invalid MAC address.",
                "-c --macaddress=1:2:3:4:5:6:7 > \"1:2:3:4:5:6:7\" is an invalid MAC address.  Is it too long?",
            })
    void shouldRefuseWithoutUsage(final String line, final String complaint) {
        final List<String> args = new ArrayList<>(List.of(line.split(" ")));
        args.addAll(List.of("1", "tap0"));
        final Program program = end(args.toArray(String[]::new));
        assertEquals(1, program.awaitExit());
        assertEquals(
                complaint.strip(),
                program.stderr().lines().findFirst().orElse("").strip());
        assertFalse(program.stdout().contains("Usage"), program.stdout());
    }

    @Test
    void shouldRefuseAShortMacAddress() {
        final Program program = end("-c", "--macaddress=1:2:3", NO_SUCH_PID, "tap0");
        assertEquals(1, program.awaitExit());
        assertEquals(!has(Trait.TAKES_SHORT_MAC), program.stderr().contains("is an invalid MAC address."));
    }

    @Test
    void shouldWarnOfMoreThanTwoOperands() {
        final Program program = end(NO_SUCH_PID, "tap0", "more");
        assertEquals(1, program.awaitExit());
        final String warning = "WARNING: too many arguments\n";
        assertEquals(warning.repeat(has(Trait.PRINTS_TWICE) ? 2 : 1), program.stdout());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-6", "--enable-ipv6", "--outbound-addr6=::1", "--enable-ipv6 --outbound-addr6=2001:db8::1"})
    void shouldTakeOptionsOfIpv6(final String line) {
        final List<String> args = new ArrayList<>(List.of(line.split(" ")));
        args.addAll(List.of(NO_SUCH_PID, "tap0"));
        final Program program = end(args.toArray(String[]::new));
        assertEquals(1, program.awaitExit());
        assertEquals(
                "/proc/" + NO_SUCH_PID + "/ns/net: No such file or directory\nchild failed(1)\n", program.stderr());
        assertEquals(
                has(Trait.IPV6_IS_EXPERIMENTAL) && !line.startsWith("--outbound"),
                program.stdout().contains("WARNING: Support for IPv6 is experimental\n"));
    }

    @Test
    void shouldRefuseAWrongOutboundIpv6Address() {
        final Program program = end("--outbound-addr6=zz", NO_SUCH_PID, "tap0");
        assertEquals(1, program.awaitExit());
        assertEquals(
                has(Trait.IPV6_IS_EXPERIMENTAL)
                        ? "outbound-addr has to be valid ipv4 address or iterface name."
                        : "outbound-addr6 has to be valid ipv6 address or interface name.",
                program.stderr().strip());
    }

    // Targets that cannot be used

    @Test
    void shouldSayThatADescriptorIsNotOpen() {
        final Program program = end("--netns-type=tapfd", "77", "more");
        assertEquals(1, program.awaitExit());
        assertTrue(
                program.stderr()
                        .startsWith(
                                has(Trait.LACKS_TAPFD)
                                        ? "existing path expected when --netns-type=path: No such file or directory\n"
                                        : "slirp4netns: --netns-type=tapfd: fd 77 is not open (EBADF)"),
                program.toString());
    }

    @Test
    void shouldSayThatTheProcessDoesNotExist() {
        assertChildFailed("/proc/" + NO_SUCH_PID + "/ns/net: No such file or directory", "-c", NO_SUCH_PID, "tap0");
    }

    @Test
    void shouldSayThatAPathIsNoNamespace() {
        assertChildFailed("setns(CLONE_NEWNET): Invalid argument", "--netns-type=path", "/etc/passwd", "tap0");
    }

    @Test
    void shouldSayThatTheNameIsTaken() {
        final Place guest = lab.newGuest();
        final SlirpRun first = SlirpRun.startReady(lab, slirp(), guest);
        assertChildFailed("ioctl(TUNSETIFF): Device or resource busy", Long.toString(guest.pid()), "tap0");
        assertTrue(first.program().isAlive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b", "lo"})
    void shouldSayThatTheNameIsImpossible(final String name) {
        assertChildFailed(
                "ioctl(TUNSETIFF): Invalid argument",
                Long.toString(lab.newGuest().pid()),
                name);
    }

    @Test
    void shouldSayThatTheTunDeviceMustNotBeOpened() {
        final Place guest = lab.newGuest();
        lab.host().shell("mount --bind /dev/net/tun /dev/net/tun; mount -o remount,bind,nodev /dev/net/tun");
        assertChildFailed("open(\"/dev/net/tun\"): Permission denied", Long.toString(guest.pid()), "tap0");
    }

    @Test
    void shouldSayThatTheKernelRefusesTheMtu() {
        final Place guest = lab.newGuest();
        assertChildFailed("cannot set MTU: Invalid argument", "-c", "-m", "60", Long.toString(guest.pid()), "tap0");
        assertEquals(List.of("lo"), devices(guest));
    }

    // Ready and configured

    @Test
    void shouldConfigureBeforeItIsReady() {
        final Place guest = lab.newGuest();
        SlirpRun.startReady(lab, slirp(), guest, "-c", "--mtu=9000", "--macaddress=2:0:0:ab:1:ff");
        final String link = guest.run("ip", "link", "show", "tap0");
        assertTrue(link.contains("mtu 9000") && link.contains("02:00:00:ab:01:ff"), link);
        assertTrue(link.contains(",UP"), link);
        assertFalse(link.contains("MULTICAST"), link);
        final String address = guest.run("ip", "-4", "-o", "address", "show", "tap0");
        assertTrue(address.contains("inet 10.0.2.100/24"), address);
        final String route = guest.run("ip", "-4", "route", "show", "default");
        assertTrue(route.startsWith("default via 10.0.2.2 dev tap0"), route);
        assertTrue(guest.run("ip", "link", "show", "lo").contains(",UP"));
    }

    @Test
    void shouldConfigureTheNetworkAskedFor() {
        final Place guest = lab.newGuest();
        SlirpRun.startReady(lab, slirp(), guest, "--cidr=10.9.8.128/25", "-c");
        final String address = guest.run("ip", "-4", "-o", "address", "show", "tap0");
        assertTrue(address.contains("inet 10.9.8.228/25"), address);
        assertTrue(guest.run("ip", "-4", "route", "show", "default").startsWith("default via 10.9.8.130 dev tap0"));
    }

    @Test
    void shouldLeaveConfiguringToTheClient() {
        final Place guest = lab.newGuest();
        SlirpRun.startReady(lab, slirp(), guest);
        final String link = guest.run("ip", "link", "show", "tap0");
        assertTrue(link.contains("state DOWN"), link);
        assertEquals("", guest.run("ip", "-4", "-o", "address", "show", "tap0"));
    }

    @Test
    void shouldTakeADeviceMadeBefore() {
        final Place guest = lab.newGuest();
        guest.shell("ip tuntap add name tap0 mode tap; ip link set tap0 up");
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "--mtu", "65520");
        guest.shell("ip address add 10.0.2.100/24 dev tap0; ip link set tap0 mtu 65520");
        guest.run("ping", "-c1", "-W10", "10.0.2.2");
        run.program().signal("TERM");
        run.program().awaitExit();
        assertEquals(List.of("lo", "tap0"), devices(guest), "a persistent device stays");
    }

    @Test
    void shouldEnterNamespacesByPath() {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.start(
                lab,
                slirp(),
                List.of("-c", "--userns-path=" + guest.usernsPath(), "--netns-type=path", guest.netnsPath(), "tap0"));
        assertEquals("1", run.awaitReady());
        assertEquals(List.of("lo", "tap0"), devices(guest));
    }

    @Test
    void shouldTellWhatItDoes() {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c", "--disable-host-loopback");
        assertTrue(
                run.program().stderr().matches("(?s)sent tapfd=\\d+ for tap0\nreceived tapfd=\\d+\n.*"),
                run.program().stderr());
        run.exitPipe();
        closeExit(run);
        assertEquals(0, run.program().awaitExit());
        final String out = run.program().stdout();
        for (final String line : List.of(
                "Starting slirp",
                "* MTU:             1500",
                "* Network:         10.0.2.0",
                "* Netmask:         255.255.255.0",
                "* Gateway:         10.0.2.2",
                "* DNS:             10.0.2.3",
                "* DHCP begin:      10.0.2.15",
                "* DHCP end:        10.0.2.30",
                "* Recommended IP:  10.0.2.100",
                "* API Socket:      " + run.apiSocket())) {
            assertTrue(out.contains(line + "\n"), out);
        }
        assertFalse(out.contains("WARNING: 127.0.0.1:* on the host is accessible"), out);
    }

    @Test
    void shouldListenBeforeItIsReady() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        assertTrue(run.request("{\"execute\":\"list_hostfwd\"}").contains("\"entries\":[]"));
    }

    @Test
    void shouldRunOnWithoutAValidReadyDescriptor() {
        final Place guest = lab.newGuest();
        final Program program = lab.host().start(with("-c", "-r", "77", Long.toString(guest.pid()), "tap0"));
        program.awaitStderr("received tapfd=");
        guest.run("ping", "-c1", "-W10", "10.0.2.2");
        assertTrue(program.isAlive());
    }

    // The end

    @Test
    void shouldEndWhenTheExitDescriptorHangsUp() {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c");
        closeExit(run);
        assertEquals(0, run.program().awaitExit());
        assertTrue(
                run.program().stderr().contains("exitfd event\n"), run.program().stderr());
        assertTrue(
                run.program().stderr().endsWith("do_slirp is exiting\n"),
                run.program().stderr());
        assertFalse(Files.exists(run.apiSocket()));
        assertEquals(List.of("lo"), devices(guest));
    }

    @Test
    void shouldEndAtOnceWithAnInvalidExitDescriptor() {
        final Program program = end("-e", "77", Long.toString(lab.newGuest().pid()), "tap0");
        assertEquals(0, program.awaitExit());
        assertTrue(program.stderr().endsWith("exitfd event\ndo_slirp is exiting\n"), program.stderr());
    }

    @Test
    void shouldNotTakeDataForTheEnd() throws IOException {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c");
        final OutputStream pipe = run.exitPipe();
        pipe.write('x');
        pipe.flush();
        guest.run("ping", "-c1", "-W10", "10.0.2.2");
        assertTrue(run.program().isAlive(), run.program().toString());
        pipe.close();
        assertEquals(0, run.program().awaitExit());
    }

    @ParameterizedTest
    @CsvSource({"TERM,15", "INT,2", "HUP,1"})
    void shouldDieOfSignals(final String signal, final int number) {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c");
        run.program().signal(signal);
        assertEquals(SIGNALLED + number, run.program().awaitExit());
        assertEquals(has(Trait.LEAVES_API_SOCKET), Files.exists(run.apiSocket()));
        assertEquals(List.of("lo"), devices(guest));
    }

    @Test
    void shouldIgnoreBrokenPipes() {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c");
        run.program().signal("PIPE");
        guest.run("ping", "-c1", "-W10", "10.0.2.2");
        assertTrue(run.program().isAlive());
    }

    @Test
    void shouldPrintItsCountersWhenAsked() {
        final Place guest = lab.newGuest();
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c");
        final String before = run.program().stderr();
        run.program().signal("USR1");
        if (has(Trait.DIES_OF_USR1)) {
            assertEquals(SIGNALLED + 10, run.program().awaitExit());
            return;
        }
        Await.until(
                () -> "counters of " + run.program(),
                () -> !run.program().stderr().equals(before));
        guest.run("ping", "-c1", "-W10", "10.0.2.2");
        assertTrue(run.program().isAlive());
    }

    @Test
    void shouldServeOneGuestAfterTheOther() {
        final Place guest = lab.newGuest();
        for (int i = 0; i < 2; i++) {
            final SlirpRun run = SlirpRun.startReady(lab, slirp(), guest, "-c");
            guest.run("ping", "-c1", "-W10", "10.0.2.2");
            run.program().signal("KILL");
            assertEquals(SIGNALLED + 9, run.program().awaitExit());
            assertEquals(List.of("lo"), devices(guest));
        }
    }

    // The API socket

    @Test
    void shouldAddListAndRemoveForwards() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "-c");
        assertEquals("{\"return\":{\"id\":1}}", run.request(add("tcp", 18_080)));
        assertEquals("{\"return\":{\"id\":2}}", run.request(add("udp", 18_080)));
        final String first = "{\"id\":1,\"proto\":\"tcp\",\"host_addr\":\"0.0.0.0\",\"host_port\":18080,"
                + "\"guest_addr\":\"10.0.2.100\",\"guest_port\":80}";
        final String second = first.replace("\"id\":1", "\"id\":2").replace("tcp", "udp");
        final String list = "{\"execute\":\"list_hostfwd\"}";
        final String both = run.request(list);
        assertTrue(both.contains("\"entries\":[" + first + "," + second + "]"), both);
        assertTrue(lab.host().run("ss", "-Hltn").contains(":18080"));
        assertEquals("{\"return\":{}}", run.request("{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":1}}"));
        assertFalse(lab.host().run("ss", "-Hltn").contains(":18080"));
        assertTrue(run.request(list).contains("\"entries\":[" + second + "]"));
        assertEquals("{\"return\":{\"id\":3}}", run.request(add("tcp", 18_080)), "ids are not used again");
    }

    @Test
    void shouldSayThatAPortIsTaken() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "-c");
        assertEquals("{\"return\":{\"id\":1}}", run.request(add("tcp", 18_080)));
        assertEquals(error("add_hostfwd: slirp_add_hostfwd failed"), run.request(add("tcp", 18_080)));
        final Program listener = lab.host().start("nc.openbsd", "-l", "127.0.0.1", "18081");
        Await.until(
                () -> "listens: " + listener,
                () -> lab.host().run("ss", "-Hltn").contains(":18081"));
        assertEquals(error("add_hostfwd: slirp_add_hostfwd failed"), run.request(add("tcp", 18_081)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "nope > cannot parse JSON",
                "{ > cannot parse JSON",
                "{\"execute\":\"list_hostfwd\",} > cannot parse JSON",
                "[] > json_object() failed",
                "{} > no execute found",
                "{\"execute\":5} > no execute found",
                "{\"execute\":\"xx\"} > unknown execute",
                "{\"execute\":\"remove_hostfwd\"} > remove_hostfwd: bad arguments.id",
                "{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":7}} > remove_hostfwd: bad arguments.id",
                "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"sctp\"}} > add_hostfwd: bad arguments.proto",
                "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"x\"}}"
                        + " > add_hostfwd: bad arguments.host_addr",
                "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_port\":1,\"guest_addr\":\"fd00::9\"}}"
                        + " > add_hostfwd: bad arguments.guest_addr",
                "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"guest_port\":1}}"
                        + " > add_hostfwd: bad arguments.host_port",
                "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_port\":1,\"guest_addr\":\"x\"}}"
                        + " > add_hostfwd: bad arguments.guest_addr",
                "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_port\":1,\"guest_port\":0}}"
                        + " > add_hostfwd: bad arguments.guest_port",
            })
    void shouldRefuseWrongRequests(final String request, final String reason) {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        assertEquals(error(reason), run.request(request));
        run.program().awaitStderr("api_handler: got request: " + request + "\n");
        assertTrue(run.program().stderr().contains("apifd event\n"));
        assertTrue(run.program().isAlive());
    }

    @Test
    void shouldForwardPortsOfIpv6AddressesUnlessRefused() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        final String reply = run.request("{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\","
                + "\"host_addr\":\"::1\",\"host_port\":18080,\"guest_port\":80}}");
        if (has(Trait.FORWARDS_IPV4_ONLY)) {
            assertEquals(error("add_hostfwd: bad arguments.host_addr"), reply);
            return;
        }
        assertEquals("{\"return\":{\"id\":1}}", reply);
        assertTrue(lab.host().run("ss", "-Hltn").contains("[::1]:18080"));
        final String list = run.request("{\"execute\":\"list_hostfwd\"}");
        assertTrue(list.contains("\"host_addr\":\"::1\",\"host_port\":18080,\"guest_addr\":\"10.0.2.100\""), list);
    }

    @Test
    void shouldAnswerAnEmptyRequest() {
        assertEquals(
                error("cannot parse JSON"),
                SlirpRun.startReady(lab, slirp(), lab.newGuest()).request(""));
    }

    @Test
    void shouldRefuseARequestOf4096Bytes() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        final String request = "{\"execute\":\"list_hostfwd\"}";
        assertTrue(run.request(" ".repeat(4095 - request.length()) + request).contains("entries"));
        assertEquals(error("too large message"), run.request(" ".repeat(4096 - request.length()) + request));
        assertTrue(run.program().stderr().contains("api_handler: too large message (>= 4096 bytes)\n"));
    }

    @Test
    void shouldTakeARequestInPieces() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        final String reply = run.requestInPieces("{\"execute\":", "\"list_hostfwd\"}");
        if (has(Trait.READS_REQUEST_ONCE)) {
            assertFalse(reply.contains("entries"), reply);
        } else {
            assertTrue(reply.contains("\"entries\":[]"), reply);
        }
    }

    @Test
    void shouldRefuseAPortAbove65535() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        assertEquals(
                has(Trait.TRUNCATES_PORTS) ? "{\"return\":{\"id\":1}}" : error("add_hostfwd: bad arguments.host_port"),
                run.request(add("tcp", 65_536 + 18_080)));
    }

    @Test
    void shouldRefuseAForwardWithoutProtocol() {
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest());
        final String reply = run.request("{\"execute\":\"add_hostfwd\"}");
        if (has(Trait.CRASHES_WITHOUT_PROTOCOL)) {
            assertNotEquals(0, run.program().awaitExit());
        } else {
            assertEquals(error("add_hostfwd: bad arguments.proto"), reply);
            assertTrue(run.program().isAlive());
        }
    }

    @Test
    void shouldReplaceAnApiSocketLeftBehind() throws IOException {
        final Path stale = lab.directory().resolve("stale");
        Files.createFile(stale);
        final SlirpRun run = SlirpRun.startReady(lab, slirp(), lab.newGuest(), "-a", stale.toString());
        assertTrue(run.program().isAlive());
        final String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(stale));
        assertEquals(has(Trait.API_SOCKET_FOR_ALL), !mode.equals("rw-------"), mode);
    }

    @Test
    void shouldRefuseAnApiPathThatIsTooLong() {
        final Place guest = lab.newGuest();
        final Program program = end("-a", "/" + "x".repeat(107), Long.toString(guest.pid()), "tap0");
        assertEquals(1, program.awaitExit());
        assertTrue(program.stderr().contains("the specified API socket path is too long (>= 108)\n"));
        assertEquals(has(Trait.CHECKS_API_PATH_LATE), program.stderr().contains("received tapfd="));
        assertEquals(List.of("lo"), devices(guest));
    }

    @Test
    void shouldFailWhereItCannotListen() {
        final Place guest = lab.newGuest();
        final Program program = end("-c", "-a", "/nope/api", Long.toString(guest.pid()), "tap0");
        assertEquals(1, program.awaitExit());
        assertTrue(program.stderr().contains("api_bindlisten: bind: No such file or directory\n"), program.stderr());
        assertTrue(program.stderr().endsWith("do_slirp is exiting\ndo_slirp failed\nparent failed\n"));
        assertEquals(List.of("lo"), devices(guest));
    }

    private void assertChildFailed(final String reason, final String... args) {
        final Program program = end(args);
        assertEquals(1, program.awaitExit());
        assertEquals(reason + "\nchild failed(1)\n", program.stderr());
    }

    private boolean has(final Trait trait) {
        return traits().contains(trait);
    }

    private List<String> with(final String... args) {
        final List<String> command = new ArrayList<>(slirp());
        command.addAll(List.of(args));
        return command;
    }

    /// Runs the program to its end.
    private Program end(final String... args) {
        final Program program = lab.host().start(with(args));
        program.awaitExit();
        return program;
    }

    private static void closeExit(final SlirpRun run) {
        try {
            run.exitPipe().close();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Names of the network devices, sorted.
    private static List<String> devices(final Place guest) {
        return guest.run("ip", "-o", "link")
                .lines()
                .map(line -> line.split(": ")[1].replaceFirst("@.*", ""))
                .sorted()
                .toList();
    }

    private static String add(final String protocol, final int port) {
        return "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"" + protocol + "\",\"host_port\":" + port
                + ",\"guest_port\":80}}";
    }

    private static String error(final String reason) {
        return "{\"error\":{\"desc\":\"bad request: " + reason + "\"}}";
    }
}
