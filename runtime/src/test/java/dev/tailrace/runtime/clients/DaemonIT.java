package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The namespaces that the launcher makes, on machines that have more or less for it, and the end of the daemon.
final class DaemonIT {
    private static final String ONE_ID = "containers have one id only, that of root";
    private static final String PID = "$(cat \"$HOME/.local/share/tailrace/daemon.pid\")";

    private static Machine machine;
    private static String ranges;

    @BeforeAll
    static void makeMachine() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        machine = new Machine(Subject.OURS);
        ranges = machine.run("cat", "/etc/subuid");
    }

    @AfterAll
    static void closeMachine() {
        if (machine != null) {
            machine.close();
        }
    }

    @BeforeEach
    void makeWholeAgain() {
        ranges(ranges);
        machine.asRoot("chmod", "4755", "/run/bin/newuidmap");
    }

    @Test
    void shouldMapAllIdsAndKeepPidAndLeaveNothing() {
        final Traces before = Traces.of(machine);
        final Program daemon = start();
        assertEquals(
                machine.run("sh", "-c", "id -u").strip() + " 1",
                machine.run("sh", "-c", "awk '$1 == 0 { print $2, $3 }' /proc/" + PID + "/uid_map")
                        .strip());
        final String mapped = machine.run("sh", "-c", "awk '{ n += $3 } END { print n }' /proc/" + PID + "/uid_map");
        assertEquals(ranges.strip().split(":")[2], Long.toString(Long.parseLong(mapped.strip()) - 1));
        assertEquals("0\n", machine.run("sh", "-c", "ps --no-headers --ppid " + PID + " | wc -l"), "a child is left");
        end(daemon);
        machine.awaitNothingBut(before);
    }

    @Test
    void shouldMapSeveralRangesInOrderAndLeaveOverlapsOut() {
        final String[] fields = ranges.strip().split(":");
        final long first = Long.parseLong(fields[1]);
        final String owner = fields[0];
        final String uid = machine.run("id", "-u").strip();
        ranges(owner + ":" + first + ":1000\n" + owner + ":" + (first + 500) + ":1000\nbob:" + (first + 3000) + ":5\n"
                + uid + ":" + (first + 2000) + ":010\n" + owner + ":x:1\n" + owner + ":" + (first + 4000) + ":7\n");
        final Program daemon = start();
        assertEquals(
                "0 1\n1 1000\n1001 7\n", machine.run("sh", "-c", "awk '{ print $1, $3 }' /proc/" + PID + "/uid_map"));
        end(daemon);
    }

    @Test
    void shouldDoWithOneIdAndSayHowToHaveMore() {
        ranges("");
        final Program daemon = start();
        assertEquals("1\n", machine.run("sh", "-c", "awk '{ print $3 }' /proc/" + PID + "/uid_map"));
        assertTrue(daemon.stderr().contains(ONE_ID + " (/etc/subuid and /etc/subgid give "), daemon::toString);
        assertTrue(daemon.stderr().contains("sudo usermod --add-subuids 100000-165535"), daemon::toString);
        end(daemon);
        ranges(ranges);
        final Program wanted = start("--single-id");
        assertTrue(wanted.stderr().contains(ONE_ID + " (--single-id)"), wanted::toString);
        end(wanted);
    }

    @Test
    void shouldDoWithOneIdWhereTheHelpersAreMissing() {
        machine.asRoot(
                "sh",
                "-euc",
                "mv /run/bin/newuidmap /run/bin/hidden; mount --bind /dev/null \"$(command -v newuidmap)\"");
        try {
            final Program daemon = start();
            final String reason = "(newuidmap and newgidmap are missing: sudo apt-get install uidmap)";
            assertEquals(
                    1,
                    daemon.stderr()
                            .lines()
                            .filter(line -> line.contains(ONE_ID + " " + reason))
                            .count(),
                    daemon::toString);
            end(daemon);
        } finally {
            machine.asRoot(
                    "sh",
                    "-euc",
                    "umount \"$(readlink -f /usr/bin/newuidmap)\"; mv /run/bin/hidden /run/bin/newuidmap");
        }
    }

    @Test
    void shouldNameWhatIsMissingInOneLine() {
        assertRefused("XDG_RUNTIME_DIR is not set: ", "env", "-u", "XDG_RUNTIME_DIR", EngineHost.tailrace(), "daemon");
        machine.asRoot("chmod", "0755", "/run/bin/newuidmap");
        assertRefused("newuidmap: write to uid_map failed: Operation not permitted: ", EngineHost.tailrace(), "daemon");
    }

    private static void assertRefused(final String reason, final String... command) {
        final Program daemon = machine.start(command);
        assertEquals(4, daemon.awaitExit(), daemon::toString);
        assertTrue(daemon.stderr().startsWith("tailrace daemon: " + reason), daemon::toString);
        assertEquals(1, daemon.stderr().lines().count(), daemon::toString);
    }

    @Test
    void shouldRefuseRoot() {
        final String said = machine.asRoot("sh", "-c", EngineHost.tailrace() + " daemon 2>&1; echo $?");
        assertTrue(said.startsWith("tailrace daemon: root has no use for it"), said);
        assertTrue(said.endsWith("\n4\n"), said);
    }

    @Test
    void shouldRemoveSocketOfOneThatWasKilled() {
        final Program killed = start();
        machine.run("sh", "-c", "kill -KILL " + PID);
        killed.awaitExit();
        final Program next = start();
        assertTrue(next.stderr().contains("was left by a daemon that was killed: removed"), next::toString);
        end(next);
    }

    @Test
    void shouldLetItsNetworkBeLookedInto() {
        final Program daemon = start();
        for (final String[] command :
                new String[][] {{"stats", "--json"}, {"flows"}, {"metrics"}, {"capture", "-", "--duration", "1"}}) {
            final String[] whole = new String[command.length + 2];
            whole[0] = EngineHost.tailrace();
            whole[1] = "net";
            System.arraycopy(command, 0, whole, 2, command.length);
            assertFalse(machine.run(whole).isEmpty(), command[0]);
        }
        end(daemon);
        final Program late = machine.start(EngineHost.tailrace(), "net", "flows");
        assertEquals(1, late.awaitExit());
        assertTrue(
                late.stderr().startsWith("tailrace net flows: no engine of yours runs (there is no "), late::toString);
    }

    @Test
    void shouldTellTheServiceManagerOfItsStartAndItsEnd() {
        final String socket = machine.runtime() + "/notify";
        final Program manager = machine.start("socat", "-u", "UNIX-RECV:" + socket, "-");
        Await.until(
                () -> "the service manager: " + manager,
                () -> machine.run("ls", machine.runtime()).contains("notify"));
        final Program daemon = machine.start("env", "NOTIFY_SOCKET=" + socket, EngineHost.tailrace(), "daemon");
        Await.until(() -> "its word: " + manager, () -> manager.stdout().contains("READY=1"));
        assertTrue(daemon.stdout().contains("serving"), daemon::toString);
        end(daemon);
        Await.until(() -> "its last word: " + manager, () -> manager.stdout().contains("STOPPING=1"));
        machine.run("rm", socket);
    }

    @Test
    void shouldRemoveEverythingWhenItDoesNotRun() {
        final Program daemon = start();
        final Program refused = machine.start(EngineHost.tailrace(), "reset", "--force");
        assertEquals(3, refused.awaitExit(), refused::toString);
        assertTrue(refused.stderr().startsWith("tailrace reset: already running for "), refused::toString);
        end(daemon);
        final String made = "mkdir \"$1/theirs\"; echo x >\"$1/theirs/file\"; chown -R 1000:1000 \"$1/theirs\";"
                + " chmod 0700 \"$1/theirs\"";
        final String data = machine.home() + "/.local/share/tailrace";
        machine.run(EngineHost.tailrace(), "unshare", "sh", "-euc", made, "sh", data);
        // A user of the containers, whose files the account itself can neither see nor remove.
        machine.run("sh", "-c", "! rm -rf \"$1/theirs\" 2>/dev/null", "sh", data);
        assertEquals("x\n", machine.run(EngineHost.tailrace(), "unshare", "cat", data + "/theirs/file"));
        assertEquals("removed " + data + "\n", machine.run(EngineHost.tailrace(), "reset", "--force"));
        machine.run("sh", "-c", "! test -e \"$1\"", "sh", data);
    }

    private static Program start(final String... options) {
        final String[] command = new String[options.length + 2];
        command[0] = EngineHost.tailrace();
        command[1] = "daemon";
        System.arraycopy(options, 0, command, 2, options.length);
        final Program daemon = machine.start(command);
        Await.until(() -> "the daemon serves: " + daemon, () -> {
            if (!daemon.isAlive()) {
                throw new AssertionError("the daemon has ended: " + daemon);
            }
            return daemon.stdout().contains("serving");
        });
        return daemon;
    }

    private static void end(final Program daemon) {
        machine.run("sh", "-c", "kill -TERM " + PID);
        assertEquals(0, daemon.awaitExit(), daemon::toString);
    }

    private static void ranges(final String text) {
        machine.asRoot("sh", "-c", "printf %s \"$1\" >/etc/subuid; printf %s \"$1\" >/etc/subgid", "sh", text);
    }
}
