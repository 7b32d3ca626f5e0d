package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.tapio.lab.Lab;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A data root that takes nothing: every change is refused in words that say why, and nothing has changed, neither for
/// this engine nor for the next.
final class DiskIT {
    private static final String FULL = "no space left on device";
    private static final String READ_ONLY = "read-only";

    private KilledDaemon host;
    private String data;

    /// A request that changes something.
    private interface Change {
        void make() throws IOException;
    }

    @BeforeEach
    void makeMachine() throws IOException {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        host = new KilledDaemon();
        data = host.machine().home() + "/.local/share/tailrace";
        final String uid = host.machine().run("id", "-u").strip();
        host.machine().run("mkdir", "-p", data);
        host.machine().asRoot("mount", "-t", "tmpfs", "-o", "size=48m,mode=0700,uid=" + uid, "tmpfs", data);
        host.start();
        host.importImage("box");
        host.create("idle", "box", "sleep", "1000");
        host.create("busy", "box", "sleep", "1000");
        KilledDaemon.finish(host.api().post("/containers/busy/start"));
        host.network("own");
    }

    @AfterEach
    void closeMachine() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldRefuseWhatAFullOrReadOnlyDiskCannotKeep() throws IOException {
        final Map<String, Change> changes = changes();
        // A removal needs no room.
        final Change removal = Objects.requireNonNull(changes.remove("removal"));
        host.machine().asRoot("sh", "-c", "cat /dev/zero >" + data + "/filler 2>/dev/null || true");
        assertRefused(changes, FULL);
        host.machine().asRoot("rm", data + "/filler");
        assertState("idle", "created", "busy", "running");
        changes.put("removal", removal);
        final String pid = host.machine().run("cat", data + "/daemon.pid").strip();
        // Of another mount: the store's own has files that are open for writing, and cannot be made so.
        forStores(pid, "mount --bind $store $store; mount -o remount,bind,ro $store");
        assertRefused(changes, READ_ONLY);
        forStores(pid, "umount $store");
        assertUnchangedAndUsable();
    }

    /// Runs commands on the directories of the store, where the daemon sees them.
    private void forStores(final String pid, final String commands) {
        final String script = "for store in " + data + "/*/; do " + commands + "; done";
        host.machine().asRoot("nsenter", "--mount=/proc/" + pid + "/ns/mnt", "--", "sh", "-euc", script);
    }

    private Map<String, Change> changes() throws IOException {
        final byte[] archive;
        try (Reply reply = host.api().get("/images/get?names=box")) {
            archive = reply.body().readAllBytes();
        }
        final Map<String, Change> changes = new LinkedHashMap<>();
        changes.put("creation", () -> host.create("new", "box", "true"));
        changes.put("start", () -> KilledDaemon.finish(host.api().post("/containers/idle/start")));
        changes.put("new name", () -> KilledDaemon.finish(host.api().post("/containers/idle/rename?name=other")));
        changes.put("commit", () -> KilledDaemon.finish(host.api().post("/commit?container=busy&repo=new")));
        changes.put("tag", () -> KilledDaemon.finish(host.api().post("/images/box/tag?repo=other")));
        changes.put("load", () -> {
            final String told =
                    KilledDaemon.finish(host.api().upload("/images/load", new ByteArrayInputStream(archive)));
            if (told.contains("error")) {
                throw new ApiException(500, told);
            }
        });
        changes.put("volume", () -> host.send("/volumes/create", "Name", "new"));
        changes.put("network", () -> host.network("other"));
        changes.put("connection", () -> host.send("/networks/own/connect", "Container", "busy"));
        changes.put("removal", () -> KilledDaemon.finish(host.api().delete("/containers/idle")));
        return changes;
    }

    private static void assertRefused(final Map<String, Change> changes, final String reason) {
        changes.forEach((name, change) -> {
            final ApiException refusal = assertThrows(ApiException.class, change::make, name);
            assertEquals(500, refusal.status(), name);
            assertTrue(
                    refusal.reason().toLowerCase(Locale.ROOT).contains(reason), () -> name + ": " + refusal.reason());
        });
    }

    /// Also for the next engine.
    private void assertUnchangedAndUsable() throws IOException {
        assertState("idle", "created", "busy", "running");
        KilledDaemon.finish(host.api().post("/containers/idle/start"));
        host.kill();
        host.start();
        assertState("idle", "exited", "busy", "exited");
        KilledDaemon.finish(host.api().post("/containers/idle/start"));
        KilledDaemon.finish(host.api().post("/commit?container=idle&repo=kept"));
        host.send("/networks/own/connect", "Container", "busy");
        KilledDaemon.finish(host.api().delete("/containers/idle?force=1&v=1"));
        KilledDaemon.finish(host.api().delete("/containers/busy"));
        KilledDaemon.finish(host.api().delete("/networks/own"));
        try (Reply reply = host.api().get("/networks")) {
            assertEquals(3, reply.array().size(), "networks besides those that are always there");
        }
        try (Reply reply = host.api().get("/volumes")) {
            assertEquals(1, reply.object().getArray("Volumes").size(), "that of the one without -v");
        }
        KilledDaemon.finish(host.api().post("/volumes/prune"));
        KilledDaemon.finish(host.api().delete("/images/kept"));
        KilledDaemon.finish(host.api().delete("/images/box"));
        host.kill();
        host.start();
        assertEquals(
                List.of(),
                host.files().stream()
                        .filter(file ->
                                file.matches(".*/(layers|containers|volumes|\\.?temporary|configurations)/[^.].*"))
                        .toList());
    }

    private void assertState(final String... namesAndStates) throws IOException {
        for (int i = 0; i < namesAndStates.length; i += 2) {
            try (Reply reply = host.api().get("/containers/" + namesAndStates[i] + "/json")) {
                assertEquals(
                        namesAndStates[i + 1],
                        reply.object().getObject("State").getString("Status"),
                        namesAndStates[i]);
            }
        }
    }
}
