package dev.tailrace.tapio.tap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.netstack.status.Counters;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.FrameRelay;
import dev.tailrace.tapio.lab.FrameRule;
import dev.tailrace.tapio.lab.FrameSockets;
import dev.tailrace.tapio.lab.GuestTap;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.OurProgram;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import dev.tailrace.tapio.lab.WithFd;
import dev.tailrace.tapio.linux.Fd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `slirp4netns --netns-type=tapfd`, which the reference has from 1.3 on: with each kind of descriptor.
class TapFdIT {
    private static final int PLAIN = GuestTap.IFF_TAP | GuestTap.IFF_NO_PI;
    private static final int WITH_HEADERS = PLAIN | GuestTap.IFF_VNET_HDR;

    private Lab lab;

    @BeforeEach
    void makeLab() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        lab = new Lab();
    }

    @AfterEach
    void closeLab() {
        if (lab != null) {
            lab.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"4098,1500", "4098,65520", "20482,1500"})
    void shouldServeTaps(final int flags, final int mtu) {
        final Place guest = lab.newGuest();
        final Program program =
                start(List.of("tap", Long.toString(guest.pid()), Integer.toString(flags)), "--mtu=" + mtu);
        program.awaitStderr("received tapfd=" + WithFd.NUMBER);
        FrameRelay.configure(guest, mtu);
        carry(guest);
        guest.shell("ip link del tap0");
        assertEquals(0, program.awaitExit());
        assertTrue(program.stderr().contains("the TAP is gone"), program.toString());
    }

    @Test
    void shouldServeASocket() {
        final Place guest = lab.newGuest();
        final Path path = lab.directory().resolve("frames");
        final int listening = FrameSockets.listen(path);
        final Program program = start(List.of("socket", path.toString()));
        final int connection = FrameSockets.accept(listening);
        try (FrameRelay _ = new FrameRelay(guest, "tap0", connection, FrameRule.PASS)) {
            FrameRelay.configure(guest, 1500);
            carry(guest);
        }
        assertEquals(0, program.awaitExit());
        assertTrue(program.stderr().contains("the peer has closed the socket"), program.toString());
    }

    @Test
    void shouldSayThatADescriptorIsOfNoUse() {
        final List<String> command = new ArrayList<>(OurProgram.command());
        command.addAll(List.of("--netns-type=tapfd", "77"));
        final Program program = lab.host().start(command);
        assertEquals(1, program.awaitExit());
        assertEquals(
                "slirp4netns: --netns-type=tapfd: fd 77 is not open (EBADF): is it inherited, without FD_CLOEXEC?\n",
                program.stderr());
    }

    @Test
    void shouldRefuseADeviceWithoutEthernetFrames() {
        final long guest = lab.newGuest().pid();
        assertRefused(GuestTap.open(guest, "tun7", GuestTap.IFF_TUN | GuestTap.IFF_NO_PI), "is the TUN tun7, ");
    }

    /// A persistent device may have offloads that its last user has left on.
    @Test
    void shouldTakeOffloadsBackWhereFramesHaveNoHeader() {
        final Place guest = lab.newGuest();
        guest.shell("ip tuntap add name tap9 mode tap; ip link set tap9 up");
        final int first = GuestTap.open(guest.pid(), "tap9", WITH_HEADERS);
        TapFdOpener.open(first, new Counters());
        assertTrue(guest.shell("ethtool -k tap9").contains("tx-checksumming: on"), "by the headers");
        // As if its user had been killed: nothing takes them back.
        Fd.close(first);
        assertTrue(guest.shell("ethtool -k tap9").contains("tx-checksumming: on"), "left on");
        try (LinkPort _ = TapFdOpener.open(GuestTap.open(guest.pid(), "tap9", PLAIN), new Counters())) {
            assertTrue(guest.shell("ethtool -k tap9").contains("tx-checksumming: off"));
        }
    }

    private Program start(final List<String> what, final String... options) {
        final List<String> command = new ArrayList<>(OurProgram.command());
        command.addAll(List.of(options));
        command.addAll(List.of("--netns-type=tapfd", Integer.toString(WithFd.NUMBER)));
        return lab.host().start(WithFd.command(what, command));
    }

    /// Carries a file both ways, over TCP.
    private void carry(final Place guest) {
        guest.run("ping", "-c1", "-W10", "10.0.2.2");
        lab.host().shell(inDirectory("head -c 5000001 /dev/urandom >sent"));
        copy(guest, "nc.openbsd -N 10.0.2.2 7001 <sent", "nc.openbsd -lN 127.0.0.1 7001 >up");
        copy(guest, "nc.openbsd -d 10.0.2.2 7001 >down", "nc.openbsd -lN 127.0.0.1 7001 <sent");
        lab.host().shell(inDirectory("cmp sent up; cmp sent down"));
    }

    private void copy(final Place guest, final String client, final String server) {
        final Program serving = lab.host().start("sh", "-euc", inDirectory("exec " + server));
        Await.until(
                () -> "listens: " + serving, () -> lab.host().run("ss", "-Hltn").contains(":7001"));
        guest.shell(inDirectory(client));
        assertEquals(0, serving.awaitExit(), serving.toString());
    }

    private String inDirectory(final String script) {
        return "cd " + lab.directory() + "; " + script;
    }

    private static void assertRefused(final int fd, final String problem) {
        final DescriptorException e =
                assertThrows(DescriptorException.class, () -> TapFdOpener.open(fd, new Counters()));
        assertTrue(e.getMessage().startsWith("fd " + fd + " " + problem), e.getMessage());
        Fd.close(fd);
    }
}
