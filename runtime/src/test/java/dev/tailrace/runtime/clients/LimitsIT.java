package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import dev.tailrace.tapio.lab.Await;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Limits on memory, processor time and processes, held by the kernel.
final class LimitsIT {
    private static final Path FIRST_GROUP = DelegatedGroup.seen("daemon");
    private static final Path NEXT_GROUP = DelegatedGroup.seen("next");

    private static KilledDaemon host;
    private static Path group;
    private static Traces before;
    private static EngineUser user;

    @BeforeAll
    static void start() {
        final String obstacle = DelegatedGroup.obstacle();
        assumeTrue(obstacle == null, obstacle);
        host = KilledDaemon.forClient();
        DelegatedGroup.divide("daemon", "next");
        before = Traces.of(host.machine());
        group = FIRST_GROUP;
        host.startIn(group);
        host.importImage("busybox");
        user = host.user();
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.endLeaving(before);
        }
    }

    @AfterEach
    void removeAll() {
        user.removeAll();
        assertEquals("", groups(), "groups that are left");
    }

    /// Of the containers, by id.
    private static String groups() {
        return host.machine().asRoot("sh", "-c", "cd " + group + "/containers && ls -d */ 2>/dev/null || true");
    }

    /// As the container itself sees it.
    private static String limit(final String container, final String file) {
        return user.exec(container, "cat /sys/fs/cgroup/" + file);
    }

    /// All so far: those of the second that has begun, too.
    private static String events(final String kind) {
        return user.shell("docker events --since 1 --until $(($(date +%s) + 1)) --filter event=" + kind
                + " --format '{{.Actor.Attributes.name}}'");
    }

    @Test
    void shouldWarnOfNothing() {
        final String info = user.docker(
                "info --format",
                "{{.MemoryLimit}} {{.CPUCfsQuota}} {{.PidsLimit}}" + " {{.CgroupVersion}} {{.Warnings}}");
        assertTrue(info.startsWith("true true true 2 "), info);
        assertFalse(info.contains("limits"), info);
        assertEquals(
                "", user.shell("docker run --rm --memory=64m --cpus=0.5 --pids-limit=50 busybox busybox true 2>&1"));
    }

    @Test
    void shouldKillWhoTakesTooMuchMemory() {
        user.docker("run --name small --memory 64m busybox busybox dd if=/dev/zero of=/dev/null bs=20M count=1");
        assertFalse(state("small").getBoolean("OOMKilled"));
        user.shell("docker run --name large --memory 64m busybox busybox dd if=/dev/zero of=/dev/null bs=100M count=1"
                + " && exit 1 || test $? = 137");
        assertTrue(state("large").getBoolean("OOMKilled"));
        assertEquals(137, state("large").getInt("ExitCode"));
        assertEquals("large", events("oom"));
        final String child = user.docker(
                "run --name child --memory 64m busybox sh -c", "busybox dd if=/dev/zero bs=100M count=1; echo $?");
        assertEquals("137", child, "only a child of the first process");
        assertTrue(state("child").getBoolean("OOMKilled"));
        // A later run has its own.
        user.docker("update --memory 256m --memory-swap 256m large");
        user.docker("start -a large");
        assertFalse(state("large").getBoolean("OOMKilled"));
    }

    private static JsonObject state(final String container) {
        return user.inspect(container).getObject("State");
    }

    @Test
    void shouldHoldProcessesDown() {
        final String told = user.shell(
                "docker run --pids-limit 8 busybox sh -c 'for i in 1 2 3 4 5 6 7 8 9; do sleep 60 & done' 2>&1 || true");
        assertTrue(told.contains("can't fork: Resource temporarily unavailable"), told);
        user.docker("run -d --name few --pids-limit 4 busybox sleep 1000");
        final String exec = user.outcome("few", "sh -c", "for i in 1 2 3 4; do sleep 60 & done")
                .err();
        assertTrue(exec.contains("can't fork"), "who comes later is in the same group: " + exec);
        assertEquals("4", limit("few", "pids.max"));
    }

    @Test
    void shouldHoldProcessorTimeDown() {
        user.docker("run -d --name slow --cpus 0.2 --cpu-shares 512 busybox sh -c", "while :; do :; done");
        assertEquals("20000 100000", limit("slow", "cpu.max"));
        assertEquals("20", limit("slow", "cpu.weight"));
        Await.until(
                () -> "five periods in which it was held: " + limit("slow", "cpu.stat"),
                () -> number(limit("slow", "cpu.stat"), "nr_throttled") >= 5);
        final String stat = limit("slow", "cpu.stat");
        // One period more than those that have ended, and what a processor takes at once beyond its share (5 ms each).
        final long mostUs = (number(stat, "nr_periods") + 2) * 20_000 * 2;
        assertTrue(number(stat, "usage_usec") <= mostUs, stat);
    }

    private static long number(final String lines, final String name) {
        return lines.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " in " + lines));
    }

    @Test
    void shouldChangeThemWhileItRuns() {
        user.docker("run -d --name web --memory 64m --pids-limit 50 busybox sleep 1000");
        assertEquals("67108864", limit("web", "memory.max"));
        assertTrue(user.docker("stats --no-stream --format {{.MemUsage}} web").endsWith(" / 64MiB"));
        user.docker("update --memory 32m --memory-swap 48m --pids-limit 20 --cpus 0.5 web");
        assertEquals("33554432", limit("web", "memory.max"));
        assertEquals("20", limit("web", "pids.max"));
        assertEquals("50000 100000", limit("web", "cpu.max"));
        assertTrue(user.docker("stats --no-stream --format {{.MemUsage}} web").endsWith(" / 32MiB"));
        user.docker("restart -t 0 web");
        assertEquals("33554432", limit("web", "memory.max"));
        assertEquals("0::/", user.exec("web", "cat /proc/self/cgroup"), "its own group is the first that it sees");
        final String id = user.inspect("web").getString("Id");
        assertEquals(id + "/\n", groups());
        user.docker("kill web");
        Await.until(() -> "no group: " + groups(), () -> groups().isEmpty());
    }

    /// The next daemon is in a group that systemd has made anew.
    @Test
    void shouldLimitAgainAfterTheDaemonWasKilled() {
        user.docker("run -d --name kept --restart always --memory 64m busybox sleep 1000");
        user.docker("run -d --name left --memory 64m busybox sleep 1000");
        host.kill();
        group = group.equals(FIRST_GROUP) ? NEXT_GROUP : FIRST_GROUP;
        host.startIn(group);
        Await.until(
                () -> "the container that is to run always", () -> state("kept").getBoolean("Running"));
        assertEquals("67108864", limit("kept", "memory.max"));
        final String id = user.inspect("kept").getString("Id");
        Await.until(() -> "one group: " + groups(), () -> groups().equals(id + "/\n"));
    }
}
