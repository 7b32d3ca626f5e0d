package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.tapio.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The benchmarks of containers in their smallest form, by the image as its users have it: that all of it works, not
/// how fast.
final class ContainerBenchIT {
    private static final Path TAILRACE = Path.of("target/image/bin/tailrace").toAbsolutePath();
    private static final long PATIENCE_S = 120;
    private static final String ENGINE = "engine, overlay";
    private static final String PROFILE = """
            {"name": "containers-once", "description": "for a test", "blocks": 1, "seconds": 1, "warmupSeconds": 1,
             "noiseCounts": false, "backends": ["engine, overlay", "slirp4netns bridge", "crun"],
             "cells": ["tcp/h2c/down/mtu1500/x1", "tcp/c2c/up/mtu1500/x1", "runtime/start"]}
            """;

    @TempDir
    private Path directory;

    @Test
    void shouldMeasureContainersAndTheirLives() throws IOException, InterruptedException, JsonParserException {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        assumeTrue(!System.getProperty("user.name").equals("root"), "root does not measure");
        final Path profile = Files.writeString(directory.resolve("once.json"), PROFILE);
        final Path results = directory.resolve("results");
        final Path said = directory.resolve("said");
        final Process bench = new ProcessBuilder(
                        TAILRACE.toString(), "bench", "run", profile.toString(), "--results", results.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        if (!bench.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
            bench.destroy();
            assertTrue(bench.waitFor(PATIENCE_S, TimeUnit.SECONDS));
        }
        assertEquals(0, bench.exitValue(), Files.readString(said));
        final JsonObject run = kept(results);
        for (final Object each : run.getArray("backends")) {
            final JsonObject backend = (JsonObject) each;
            assertEquals(new JsonArray(), backend.getArray("objections"), backend::toString);
        }
        assertEquals(congestion(run, "slirp4netns bridge"), congestion(run, ENGINE));
        assertEquals(3, run.getArray("cells").size(), Files.readString(said));
        for (final Object each : run.getArray("cells")) {
            requireSamples((JsonObject) each);
        }
        assertTrue(Files.readString(results.resolve("latest/report.html")).contains("request to exec"));
        try (Stream<Path> left = Files.list(results)) {
            assertEquals(
                    new TreeSet<>(List.of("history", "latest")),
                    left.map(path -> path.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new)),
                    "the data of engines is removed");
        }
    }

    private static JsonObject kept(final Path results) throws IOException, JsonParserException {
        try (Stream<Path> files = Files.walk(results.resolve("history"))) {
            final Path file =
                    files.filter(Files::isRegularFile).findFirst().orElseThrow(() -> new AssertionError("not kept"));
            return JsonParser.object().from(Files.readString(file));
        }
    }

    private static String congestion(final JsonObject run, final String backend) {
        return run.getArray("backends").stream()
                .map(JsonObject.class::cast)
                .filter(each -> Objects.equals(each.getString("id"), backend))
                .map(each -> each.getString("congestion"))
                .findFirst()
                .orElse("");
    }

    /// Of the engine, and of crun and slirp4netns where they are there.
    private static void requireSamples(final JsonObject cell) {
        final JsonObject samples = cell.getArray("blocks").getObject(0).getObject("samples");
        final String metric = cell.getString("cell").startsWith("runtime/") ? "medianMillis" : "goodputBitsPerSecond";
        assertTrue(samples.has(ENGINE), samples::toString);
        samples.forEach((backend, sample) -> {
            final JsonObject values = (JsonObject) sample;
            assertTrue(values.getDouble(metric) > 0, () -> cell.getString("cell") + ", " + backend + ": " + sample);
        });
    }
}
