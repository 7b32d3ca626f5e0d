package dev.tailrace.tapio.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LabTest {
    @BeforeAll
    static void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
    }

    @Test
    void shouldKeepItsNetworksApartFromTheMachine() throws Exception {
        try (Lab lab = new Lab()) {
            final Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
            final Path host = Files.readSymbolicLink(Path.of(lab.host().netnsPath()));
            final Path guest = Files.readSymbolicLink(Path.of(lab.newGuest().netnsPath()));
            assertNotEquals(ours, host);
            assertNotEquals(host, guest);
            assertNotEquals(ours, guest);
        }
    }

    @Test
    void shouldReachTheInternetFromTheHostOnly() {
        try (Lab lab = new Lab()) {
            lab.internet();
            lab.host().run("ping", "-c1", "-W5", Lab.FAR_ADDRESS);
            assertNotEquals(
                    0, lab.newGuest().start("ping", "-c1", Lab.FAR_ADDRESS).awaitExit());
        }
    }

    @Test
    void shouldGiveTheProgramsOwnProcessId() {
        try (Lab lab = new Lab()) {
            final Program program = lab.newGuest().start("sh", "-c", "echo $$");
            assertEquals(0, program.awaitExit());
            assertEquals(program.pid() + "\n", program.stdout());
        }
    }

    @Test
    void shouldLeaveNothingBehind() {
        final Program program;
        final Path directory;
        try (Lab lab = new Lab()) {
            program = lab.newGuest().start("sleep", "1000");
            directory = lab.directory();
            assertTrue(program.isAlive());
        }
        assertFalse(program.isAlive());
        assertFalse(Files.exists(directory));
        assertNull(ProcessHandle.of(program.pid()).orElse(null));
    }

    @Test
    void shouldHaveTheAccountUnderItsNumberAndRootBesideIt() throws Exception {
        final String uid = needSubordinateIds();
        try (Lab lab = Lab.withAccount()) {
            final Place root = lab.machine("mount -t tmpfs tmpfs /mnt; touch /mnt/made");
            assertEquals("0\n/mnt/made\n", root.shell("id -u; ls /mnt/made; ip link set lo down"));
            assertEquals(uid + "\n/mnt/made\n", root.ofAccount().shell("id -u; ls /mnt/made"));
            assertNotEquals(
                    0, root.ofAccount().start("ip", "link", "set", "lo", "up").awaitExit());
        }
    }

    @Test
    void shouldEndWhatLeftItsParentInMachine() throws Exception {
        needSubordinateIds();
        final String duration = "1000." + System.nanoTime();
        try (Lab lab = Lab.withAccount()) {
            lab.machine(":").ofAccount().shell("setsid -f sleep " + duration);
            Await.until(() -> "sleep " + duration + " runs", () -> isRunning(duration));
        }
        Await.until(() -> "sleep " + duration + " has ended", () -> !isRunning(duration));
    }

    /// @return the account's number
    private static String needSubordinateIds() throws Exception {
        final String uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        assumeTrue(!uid.equals("0"), "root has no subordinate ids");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/newuidmap")), "newuidmap is not installed");
        return uid;
    }

    private static boolean isRunning(final String argument) {
        return ProcessHandle.allProcesses()
                .anyMatch(process -> process.info().commandLine().orElse("").endsWith(argument));
    }
}
