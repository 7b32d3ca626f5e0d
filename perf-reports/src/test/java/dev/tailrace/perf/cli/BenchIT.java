package dev.tailrace.perf.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.OwnJvm;
import dev.tailrace.perf.lab.Posix;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.Block;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Comparison;
import dev.tailrace.perf.result.RunRecord;
import dev.tailrace.perf.result.Sample;
import dev.tailrace.perf.result.Verdict;
import dev.tailrace.perf.store.ResultStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import jnr.constants.platform.Signal;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole program, as its users start it, without our product: with rulers and peers only.
final class BenchIT {
    private static final Duration ALLOWED = Duration.ofSeconds(120);
    private static final int END_WITHIN_SECONDS = 20;
    private static final String PROFILE = """
            {"name": "rulers", "description": "for a test", "blocks": 2, "seconds": 1, "warmupSeconds": 1,
             "noiseCounts": false, "backends": ["copy proxy", "loopback", "bridge"],
             "cells": ["tcp/c2h/up/mtu1500/x2", "rr/h2c/mtu1500/x1", "tcp/c2c/down/mtu9000/x1",
                       "udp/c2h/up/mtu1500/x1/len64", "udpgso/c2h/down/mtu1500/x1", "rr/c2h/mtu1500/x2/bulk-up"]}
            """;

    @TempDir
    private Path directory;

    private Path results;
    private Path profile;

    @BeforeEach
    void prepare() throws IOException {
        assumeTrue(!Posix.isRoot(), "root does not measure");
        results = Files.createDirectory(directory.resolve("results"));
        profile = Files.writeString(directory.resolve("rulers.json"), PROFILE);
    }

    private ProcessBuilder bench(final String... arguments) {
        final List<String> command = new ArrayList<>(OwnJvm.command(BenchMain.class, arguments));
        command.addAll(1, List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private Programs.Ending run(final String... arguments) {
        return Programs.await(Programs.start(bench(arguments)), "tailrace bench", ALLOWED);
    }

    private RunRecord kept() {
        return ResultStore.read(new ResultStore(results).newest());
    }

    @Test
    void shouldMeasureKeepAndReport() throws IOException {
        final Programs.Ending ending = run("run", profile.toString(), "--results", results.toString());
        assertEquals(ExitCode.OK, ending.status(), ending.text());
        final RunRecord run = kept();
        assertFalse(run.partial());
        assertEquals(6, run.cells().size());
        for (final CellResult cell : run.cells()) {
            assertEquals(2, cell.blocks().size());
            for (final Block block : cell.blocks()) {
                assertEquals(block.order().size(), block.samples().size());
                for (final Map.Entry<String, Sample> each : block.samples().entrySet()) {
                    assertTrue(each.getValue().failure().isEmpty(), each::toString);
                }
            }
        }
        assertTrue(Files.readString(results.resolve("latest/report.html")).contains("copy proxy"));
        assertTrue(Files.size(results.resolve("latest/summary.md")) > 0);
        assertTrue(Files.size(results.resolve("latest/throughput.svg")) > 0);
    }

    @Test
    void shouldKeepWhatWasMeasuredWhenItIsAskedToEnd() throws IOException {
        final Process bench =
                Programs.start(bench("run", profile.toString(), "--blocks", "50", "--results", results.toString()));
        Namespace.awaitLine(bench, "[3/", "measuring");
        final List<ProcessHandle> all = bench.descendants().toList();
        bench.toHandle().destroy();
        final Programs.Ending ending = Programs.await(bench, "tailrace bench", ALLOWED);
        assertEquals(ExitCode.INTERRUPTED, ending.status(), ending.text());
        assertTrue(kept().partial());
        assertTrue(!kept().cells().isEmpty());
        awaitEnds(all);
    }

    @Test
    void shouldLeaveNoProcessBehindWhenItIsKilled() {
        final Process bench =
                Programs.start(bench("run", profile.toString(), "--blocks", "50", "--results", results.toString()));
        Namespace.awaitLine(bench, "[1/", "measuring");
        final List<ProcessHandle> all = bench.descendants().toList();
        assertTrue(all.size() > 3, all::toString);
        bench.destroyForcibly();
        awaitEnds(all);
    }

    @Test
    void shouldLeaveNoProcessBehindWhenTheInnerProgramIsKilled() {
        final Process bench =
                Programs.start(bench("run", profile.toString(), "--blocks", "50", "--results", results.toString()));
        Namespace.awaitLine(bench, "[1/", "measuring");
        final List<ProcessHandle> all = bench.descendants().toList();
        Posix.signalGroup(bench.children().findFirst().orElseThrow().pid(), Signal.SIGKILL);
        awaitEnds(all);
        awaitEnds(List.of(bench.toHandle()));
    }

    private static void awaitEnds(final List<ProcessHandle> all) {
        CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
                .orTimeout(END_WITHIN_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /// What RootlessKit's published numbers had: a column that says pasta and shows slirp4netns.
    @Test
    void shouldCallAPeerInvalidThatIsAnotherProgram() throws IOException {
        final Path slirp4netns = Programs.find("slirp4netns").orElse(null);
        assumeTrue(slirp4netns != null && Files.isReadable(Path.of("/dev/net/tun")), "needs slirp4netns and a TAP");
        final Path pasta = Files.writeString(directory.resolve("pasta"), """
                #!/bin/sh
                # Takes pasta's options and connects the namespace, the last of them, by slirp4netns.
                [ "$1" != --version ] || exec %1$s --version
                for pid; do :; done
                exec %1$s --configure --mtu=1500 "$pid" tap0
                """.formatted(slirp4netns));
        assertTrue(pasta.toFile().setExecutable(true));
        Files.writeString(profile, """
                {"name": "fake", "description": "for a test", "blocks": 1, "seconds": 1, "warmupSeconds": 1,
                 "noiseCounts": false, "backends": ["slirp4netns", "pasta"], "cells": ["tcp/c2h/up/mtu1500/x1"]}
                """);
        final Programs.Ending ending =
                run("run", profile.toString(), "--peer", "pasta=" + pasta, "--results", results.toString());
        final RunRecord run = kept();
        final List<String> objections = run.backend("pasta").orElseThrow().objections();
        assertEquals(2, objections.size(), ending.text());
        assertTrue(objections.getFirst().contains("slirp4netns version"), objections::toString);
        assertTrue(objections.getLast().contains("/slirp4netns is what runs"), objections::toString);
        assertTrue(run.backend("slirp4netns").orElseThrow().objections().isEmpty(), ending.text());
        assertTrue(
                run.comparisons().stream().map(Comparison::verdict).allMatch(Verdict.INVALID::equals),
                run.comparisons()::toString);
        assertTrue(run.remarks().toString().contains("pasta is not what its name says"), run.remarks()::toString);
    }

    @Test
    void shouldSayWhatIsWrongInOneLine() throws IOException {
        final String there = results.toString();
        assertRefused(
                ExitCode.USAGE, "no cell of the profile smoke matches", "run", "--cells", "x", "--results", there);
        assertRefused(ExitCode.USAGE, "no profile 'nosuch'", "run", "nosuch", "--results", there);
        assertRefused(ExitCode.USAGE, "Unknown option", "run", "--nosuch", "--results", there);
        assertRefused(ExitCode.USAGE, "Missing required", "gate", "--results", there);
        assertRefused(ExitCode.INVALID, "no run is kept in", "report", "--results", there);
        assertRefused(
                ExitCode.INVALID, "benchmarks.jar is not there", "jmh", "--jar", "benchmarks.jar", "--results", there);
        assertRefused(ExitCode.INVALID, "No such file", "run", profile.toString(), "--results", "/proc/nowhere");
        final Path truncated = Files.writeString(directory.resolve("truncated.json"), "{\"schema\":1,\"runId\":\"20");
        assertRefused(
                ExitCode.INVALID, "not a whole JSON document", "report", truncated.toString(), "--results", there);
        assertEquals(List.of(), new ResultStore(results).files());
    }

    @Test
    void shouldSayThatIperf3IsMissing() {
        final ProcessBuilder bench = bench("run", profile.toString(), "--results", results.toString());
        bench.environment().put("PATH", directory.toString());
        final Programs.Ending ending = Programs.await(Programs.start(bench), "tailrace bench", ALLOWED);
        assertEquals(ExitCode.INVALID, ending.status(), ending.text());
        assertEquals("tailrace bench run: iperf3 is not installed. Fix: apt-get install iperf3", ending.text());
    }

    /// In a file system of 1 MiB, made in namespaces of its own; what was kept before stays as it was.
    @Test
    void shouldSayThatTheDiskIsFull() {
        final List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "--",
                "sh",
                "-c",
                "mount -t tmpfs -o size=1m tmpfs \"$1\" && mkdir \"$1/history\" && echo kept >\"$1/history/old\""
                        + " && shift && \"$@\"; status=$?; cat " + results + "/history/old; exit $status",
                "sh",
                results.toString()));
        command.addAll(bench("run", profile.toString(), "--results", results.toString())
                .command());
        final Programs.Ending ending = Programs.end(command, ALLOWED);
        assumeTrue(!ending.text().contains("mount:"), "a file system cannot be mounted here: " + ending.text());
        assertEquals(ExitCode.INVALID, ending.status(), ending.text());
        assertTrue(ending.text().contains("KiB are free there and"), ending.text());
        assertTrue(ending.text().endsWith("kept"), ending.text());
    }

    private void assertRefused(final int status, final String text, final String... arguments) {
        final Programs.Ending ending = run(arguments);
        assertEquals(status, ending.status(), ending.text());
        assertEquals(1, ending.text().lines().count(), ending.text());
        assertTrue(ending.text().startsWith("tailrace bench") && ending.text().contains(text), ending.text());
    }
}
