package dev.tailrace.runtime.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On a directory of files that stands for /sys/fs/cgroup.
final class ControlGroupsTest {
    private static final String MEMBERSHIP = "0::/user.slice/tailrace.service\n";

    @TempDir
    private Path mounted;

    private Path group;

    @BeforeEach
    void delegate() throws IOException {
        Files.writeString(mounted.resolve("cgroup.controllers"), "cpu io memory pids\n");
        group = Files.createDirectories(mounted.resolve("user.slice/tailrace.service"));
        Files.writeString(group.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(group.resolve("cgroup.procs"), "4711\n");
        Files.writeString(group.resolve("cgroup.subtree_control"), "");
    }

    @Test
    void shouldDivideTheGroupBeforeItsControllersAreUsed() throws IOException {
        assertEquals("", ControlGroups.take(mounted, MEMBERSHIP).obstacle());
        assertEquals("4711", Files.readString(group.resolve("engine/cgroup.procs")));
        assertEquals("+cpu +memory +pids", Files.readString(group.resolve("cgroup.subtree_control")));
        assertEquals("+cpu +memory +pids", Files.readString(group.resolve("containers/cgroup.subtree_control")));
    }

    @Test
    void shouldLimitAContainer() throws IOException {
        final ControlGroups groups =
                ControlGroups.take(mounted, MEMBERSHIP).groups().orElseThrow();
        final Path own = group.resolve("containers/abc");
        Files.createDirectories(own);
        Files.writeString(own.resolve("memory.swap.max"), "");
        assertEquals(
                own.resolve("cgroup.procs"),
                groups.create("abc", new Resources(64 << 20, 96 << 20, 1_500_000_000, 1024, 0, 0, 100))
                        .processes());
        assertLimits("67108864", "33554432", "150000 100000", "39", "100");
        groups.limit("abc", new Resources(1 << 20, 0, 0, 262_144, 20_000, 50_000, -1));
        assertLimits("1048576", "1048576", "20000 50000", "10000", "max");
        groups.limit("abc", Resources.NONE);
        assertLimits("max", "max", "max 100000", "100", "max");
    }

    // What systemd delegates to users unless it is told otherwise.
    @Test
    void shouldUseTheControllersThatThereAre() throws IOException {
        Files.writeString(group.resolve("cgroup.controllers"), "memory pids\n");
        final ControlGroups.Found found = ControlGroups.take(mounted, MEMBERSHIP);
        final Resources processor = new Resources(0, 0, 0, 1024, 0, 0, 0);
        assertEquals("the control group of the engine lacks cpu", found.obstacleTo(processor));
        final Resources others = new Resources(64 << 20, 0, 0, 0, 0, 0, 100);
        assertEquals("", found.obstacleTo(others));
        assertEquals("+memory +pids", Files.readString(group.resolve("cgroup.subtree_control")));
        found.groups().orElseThrow().create("abc", others);
        final Path own = group.resolve("containers/abc");
        assertEquals("67108864", Files.readString(own.resolve("memory.max")));
        assertEquals("100", Files.readString(own.resolve("pids.max")));
        assertFalse(Files.exists(own.resolve("cpu.max")));
    }

    @Test
    void shouldTellThatMemoryWasShort() throws IOException {
        final ControlGroups groups =
                ControlGroups.take(mounted, MEMBERSHIP).groups().orElseThrow();
        final Path events =
                Files.createDirectories(group.resolve("containers/abc")).resolve("memory.events");
        assertFalse(groups.create("abc", Resources.NONE).isOutOfMemory(), "no such file");
        Files.writeString(events, "low 0\nhigh 0\nmax 17\noom 2\noom_kill 0\noom_group_kill 0\n");
        final ControlGroup first = groups.create("abc", Resources.NONE);
        assertFalse(first.isOutOfMemory(), "the limit was reached, and it was enough to reclaim");
        Files.writeString(events, "low 0\nhigh 0\nmax 19\noom 3\noom_kill 1\noom_group_kill 0\n");
        assertTrue(first.isOutOfMemory());
        final ControlGroup second = groups.create("abc", Resources.NONE);
        assertFalse(second.isOutOfMemory(), "that was the run before");
        Files.writeString(events, "oom 4\noom_kill 2\noom_group_kill 1\n");
        assertTrue(second.isOutOfMemory());
    }

    @Test
    void shouldForgetAContainer() {
        final ControlGroups groups =
                ControlGroups.take(mounted, MEMBERSHIP).groups().orElseThrow();
        assertTrue(group.resolve("containers").toFile().isDirectory());
        assertTrue(group.resolve("containers/gone").toFile().mkdir());
        groups.remove("gone");
        assertFalse(Files.exists(group.resolve("containers/gone")));
        groups.remove("gone");
    }

    @Test
    void shouldSayWhyThereAreNone() throws IOException {
        assertEquals(
                "this machine has no control groups of version 2",
                ControlGroups.take(mounted, "4:memory:/x\n").obstacle());
        assertEquals(
                "this machine has no control groups of version 2",
                ControlGroups.take(mounted.resolve("nowhere"), MEMBERSHIP).obstacle());
        Files.writeString(group.resolve("cgroup.controllers"), "io\n");
        final ControlGroups.Found none = ControlGroups.take(mounted, MEMBERSHIP);
        assertEquals("the control group of the engine lacks cpu, memory, pids", none.obstacle());
        assertTrue(none.groups().isEmpty());
        Files.delete(group.resolve("cgroup.subtree_control"));
        assertEquals(
                "no control group is delegated to the engine",
                ControlGroups.take(mounted, MEMBERSHIP).obstacle());
        assertFalse(Files.exists(group.resolve("engine")));
    }

    private void assertLimits(
            final String memory, final String swap, final String processors, final String weight, final String tasks)
            throws IOException {
        final Path own = group.resolve("containers/abc");
        assertEquals(memory, Files.readString(own.resolve("memory.max")));
        assertEquals(swap, Files.readString(own.resolve("memory.swap.max")));
        assertEquals(processors, Files.readString(own.resolve("cpu.max")));
        assertEquals(weight, Files.readString(own.resolve("cpu.weight")));
        assertEquals(tasks, Files.readString(own.resolve("pids.max")));
    }
}
