package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.NoEngineException;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.tapio.lab.Lab;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The daemon is killed at random moments of what changes something, as often as `tailrace.kills` says,
/// and the next one has to know all that was acknowledged, whole, and nothing half-made.
/// `tailrace.kills.seed` decides the moments.
final class CrashIT {
    private static final int KILLS = Integer.getInteger("tailrace.kills", 9);
    private static final long SEED = Long.getLong("tailrace.kills.seed", 20261128);
    private static final String LOADED = "loaded";

    private static KilledDaemon host;

    private final Random random = new Random(SEED);
    private final Map<Change, Long> limitsNs = new EnumMap<>(Change.class);
    private final TreeSet<String> containers = new TreeSet<>();
    private final TreeSet<String> images = new TreeSet<>();
    private final TreeSet<String> networks = new TreeSet<>();
    private final TreeSet<String> volumes = new TreeSet<>();
    private int acknowledged;

    /// What is under way when it is killed.
    private enum Change {
        CREATE,
        START,
        LOAD,
        COMMIT,
        STOP,
        REMOVE,
        NETWORK,
        VOLUME,
        CONNECT;

        private boolean needsContainer() {
            return this != CREATE && this != LOAD && this != NETWORK && this != VOLUME;
        }
    }

    @BeforeAll
    static void makeMachine() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        host = new KilledDaemon();
    }

    @AfterAll
    static void closeMachine() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldLoseNothingThatWasAcknowledgedAndLeaveNothingHalfMade() throws Exception {
        host.start();
        host.importImage("box");
        host.importImage(LOADED);
        final byte[] archive = archive();
        delete("/images/" + LOADED);
        // So that there is a document of networks.
        host.network("gone");
        delete("/networks/gone");
        final List<String> before = host.files();
        images.add("box:latest");
        for (int kill = 0; kill < KILLS; kill++) {
            final Change change = Change.values()[kill % Change.values().length];
            final String name = "c" + kill;
            try {
                crash(change, name, archive);
                verify();
            } catch (final AssertionError | ApiException e) {
                throw new AssertionError("kill " + kill + " of seed " + SEED + ", in " + change + ": " + e, e);
            }
        }
        useAndRemoveAll();
        assertEquals(before, host.files(), "what is left in the store");
        System.out.println("CrashIT: " + KILLS + " kills, seed " + SEED + ", " + acknowledged + " acknowledged before");
    }

    private void crash(final Change change, final String name, final byte[] archive) throws IOException {
        if (change.needsContainer()) {
            create(name);
            containers.add(name);
        }
        if (change == Change.CONNECT) {
            host.network(name);
            networks.add(name);
        }
        if (change == Change.STOP || change == Change.COMMIT) {
            post("/containers/" + name + "/start");
        }
        final long limitNs = limitsNs.getOrDefault(change, TimeUnit.MILLISECONDS.toNanos(250));
        final CompletableFuture<Boolean> reply = CompletableFuture.supplyAsync(
                () -> isAcknowledged(change, name, archive), run -> new Thread(run).start());
        LockSupport.parkNanos(random.nextLong(limitNs));
        host.kill();
        final boolean isDone = reply.join();
        acknowledged += isDone ? 1 : 0;
        // So that about half of the kills come before the answer.
        limitsNs.put(change, isDone ? limitNs * 3 / 4 : limitNs * 4 / 3);
        host.start();
        settle(change, name, isDone);
    }

    private static boolean isAcknowledged(final Change change, final String name, final byte[] archive) {
        try {
            switch (change) {
                case CREATE -> create(name);
                case START -> post("/containers/" + name + "/start");
                case LOAD -> load(new ByteArrayInputStream(archive));
                case COMMIT ->
                    post(new Query("/commit")
                            .with("container", name)
                            .with("repo", name)
                            .toString());
                case STOP -> post("/containers/" + name + "/stop?t=0");
                case REMOVE -> delete("/containers/" + name + "?v=1");
                case NETWORK -> host.network(name);
                case VOLUME -> host.send("/volumes/create", "Name", name);
                case CONNECT -> host.send("/networks/" + name + "/connect", "Container", name);
            }
            return true;
        } catch (final IOException | NoEngineException e) {
            return false;
        }
    }

    /// Takes over what the change, if it was not acknowledged, has done or not.
    private void settle(final Change change, final String name, final boolean isDone) throws IOException {
        switch (change) {
            case CREATE -> settle(containers, names(), name, isDone, true);
            case REMOVE -> settle(containers, names(), name, isDone, false);
            case LOAD -> settle(images, tags(), LOADED + ":latest", isDone, true);
            case COMMIT -> settle(images, tags(), name + ":latest", isDone, true);
            case NETWORK -> settle(networks, networks(), name, isDone, true);
            case VOLUME -> settle(volumes, volumes(), name, isDone, true);
            case CONNECT -> {
                final JsonObject connected =
                        inspect(name).getObject("NetworkSettings").getObject("Networks");
                assertTrue(!isDone || connected.has(name), () -> "acknowledged, and not so: " + connected);
                assertTrue(connected.has("bridge"), connected::toString);
            }
            case START, STOP -> {
                final JsonObject state = inspect(name).getObject("State");
                final boolean hasRun = !state.getString("StartedAt").startsWith("0001");
                assertTrue(hasRun || !isDone && change == Change.START, () -> "its start is forgotten: " + state);
                assertEquals(hasRun ? "exited" : "created", state.getString("Status"));
                assertEquals(hasRun ? 137 : 0, state.getInt("ExitCode"));
            }
        }
    }

    private static void settle(
            final TreeSet<String> known,
            final TreeSet<String> found,
            final String name,
            final boolean isDone,
            final boolean isMade) {
        assertTrue(!isDone || found.contains(name) == isMade, () -> "acknowledged, and not so: " + name);
        if (found.contains(name)) {
            known.add(name);
        } else {
            known.remove(name);
        }
    }

    private void verify() throws IOException {
        assertEquals(containers, names());
        assertEquals(images, tags());
        assertEquals(networks, networks());
        // Each container has a volume without a name of its own.
        final TreeSet<String> found = volumes();
        assertTrue(found.containsAll(volumes), () -> volumes + " of " + found);
        assertEquals(containers.size() + volumes.size(), found.size(), found::toString);
        for (final String name : containers) {
            assertEquals(
                    "yes " + name,
                    inspect(name).getObject("Config").getObject("Labels").getString("kept"));
        }
        assertEquals("", host.processes("sleep 1000"), "containers without an engine");
    }

    /// Everything that is there works, and goes.
    private void useAndRemoveAll() throws IOException {
        for (final String name : containers) {
            post("/containers/" + name + "/start");
            delete("/containers/" + name + "?force=1&v=1");
        }
        for (final String network : networks) {
            delete("/networks/" + network);
        }
        for (final String volume : volumes) {
            delete("/volumes/" + volume);
        }
        for (final String image : images) {
            if (!image.equals("box:latest")) {
                create("user", image);
                post("/containers/user/start");
                delete("/containers/user?force=1&v=1");
                delete("/images/" + image);
            }
        }
        host.kill();
        host.start();
    }

    private static TreeSet<String> names() throws IOException {
        final TreeSet<String> names = new TreeSet<>();
        for (final JsonObject container : list("/containers/json?all=1")) {
            names.add(container.getArray("Names").getString(0).substring(1));
        }
        return names;
    }

    /// Without those that are always there.
    private static TreeSet<String> networks() throws IOException {
        final TreeSet<String> networks = new TreeSet<>();
        for (final JsonObject network : list("/networks")) {
            networks.add(network.getString("Name"));
        }
        networks.removeAll(List.of("bridge", "host", "none"));
        return networks;
    }

    private static TreeSet<String> volumes() throws IOException {
        final TreeSet<String> names = new TreeSet<>();
        try (Reply reply = host.api().get("/volumes")) {
            reply.object().getArray("Volumes").forEach(volume -> names.add(((JsonObject) volume).getString("Name")));
        }
        return names;
    }

    private static TreeSet<String> tags() throws IOException {
        final TreeSet<String> tags = new TreeSet<>();
        for (final JsonObject image : list("/images/json")) {
            image.getArray("RepoTags").forEach(tag -> tags.add((String) tag));
        }
        return tags;
    }

    private static List<JsonObject> list(final String path) throws IOException {
        try (Reply reply = host.api().get(path)) {
            final JsonArray array = reply.array();
            final List<JsonObject> list = new ArrayList<>();
            for (int i = 0; i < array.size(); i++) {
                list.add(array.getObject(i));
            }
            return list;
        }
    }

    private static JsonObject inspect(final String name) throws IOException {
        try (Reply reply = host.api().get("/containers/" + name + "/json")) {
            return reply.object();
        }
    }

    private static byte[] archive() throws IOException {
        try (Reply reply = host.api().get("/images/get?names=" + LOADED)) {
            return reply.body().readAllBytes();
        }
    }

    private static void create(final String name) throws IOException {
        create(name, "box");
    }

    private static void create(final String name, final String image) throws IOException {
        host.create(name, image, "sleep", "1000");
    }

    private static void post(final String path) throws IOException {
        KilledDaemon.finish(host.api().post(path));
    }

    private static void delete(final String path) throws IOException {
        KilledDaemon.finish(host.api().delete(path));
    }

    private static void load(final InputStream archive) throws IOException {
        final ApiClient api = host.api();
        final String told = KilledDaemon.finish(api.upload("/images/load", archive));
        if (!told.contains("Loaded image")) {
            throw new IOException("no word of success: " + told);
        }
    }
}
