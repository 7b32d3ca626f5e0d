package dev.tailrace.perf.cli;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.matrix.ProfileReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What all commands that measure have in common.
final class MeasureOptions {
    private static final String MACHINE_DEFAULT = "default";
    private static final String USUAL_CONGESTION = "cubic";

    @Option(
            names = "--cells",
            split = ",",
            paramLabel = "GLOB",
            description = "Only these cells, as tcp/c2h/*/mtu1500/*")
    private List<String> cells = new ArrayList<>();

    /// Some names have a comma with a space behind it.
    @Option(names = "--backends", split = ",(?! )", paramLabel = "NAME", description = "Only these backends")
    private List<String> backends = new ArrayList<>();

    @Option(names = "--blocks", paramLabel = "N", description = "Blocks, each with fresh processes")
    private @Nullable Integer blocks;

    @Option(names = "--turns", paramLabel = "N", description = "Turns of each backend in a cell of a block")
    private @Nullable Integer turns;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of a turn")
    private @Nullable Integer seconds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            description = "Traffic each way after the start of what runs on a JVM, seconds")
    private @Nullable Integer warmupSeconds;

    @Option(
            names = "--pin",
            negatable = true,
            description = "Keep backends, and clients and servers, on processors of their own")
    private @Nullable Boolean pin;

    @Option(
            names = "--congestion",
            paramLabel = "NAME",
            description = "Congestion control on both sides, or \"default\" for the machine's own (cubic)")
    private @Nullable String congestion;

    @Option(names = "--seed", paramLabel = "N", description = "Decides all orders (1)")
    private long seed = 1;

    @Option(names = "--peer", paramLabel = "NAME=FILE", description = "The program to start for a peer")
    private Map<String, Path> peers = new LinkedHashMap<>();

    @Option(names = "--image", paramLabel = "DIR", description = "Product image to measure (that of the launcher)")
    private @Nullable Path image;

    @Option(names = "--dry-run", description = "Say what would be measured, and end")
    private boolean dryRun;

    /// The profile with what the command line changes in it.
    ///
    /// @param name of a profile that comes with the program, or of a file
    /// @throws IllegalArgumentException in one line
    Profile profile(final String name) {
        return profile(name, OptionalInt.empty());
    }

    /// @param usualBlocks if the command line names no number
    Profile profile(final String name, final OptionalInt usualBlocks) {
        return ProfileReader.load(name)
                .with(
                        blocks == null ? usualBlocks : OptionalInt.of(blocks),
                        optional(turns),
                        optional(seconds),
                        optional(warmupSeconds),
                        Optional.ofNullable(pin),
                        List.copyOf(backends),
                        List.copyOf(cells));
    }

    private static OptionalInt optional(final @Nullable Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }

    /// The congestion control to set; nothing for the machine's own.
    Optional<String> congestion() {
        final String wanted = congestion == null ? USUAL_CONGESTION : congestion;
        if (wanted.equals(MACHINE_DEFAULT)) {
            return Optional.empty();
        }
        if (Lab.allowedCongestionControls().contains(wanted)) {
            return Optional.of(wanted);
        }
        final String refusal =
                "congestion control %s is not in net.ipv4.tcp_allowed_congestion_control. Fix: as root, sysctl -w net.ipv4.tcp_allowed_congestion_control='%s %s', or --congestion default"
                        .formatted(wanted, String.join(" ", Lab.allowedCongestionControls()), wanted);
        if (congestion != null) {
            throw new LabException(refusal);
        }
        System.err.println("tailrace bench: going on with the machine's default: " + refusal);
        return Optional.empty();
    }

    /// For the settings of the record: how both sides were set.
    String congestionText() {
        return congestion().orElse("the machine's default");
    }

    long seed() {
        return seed;
    }

    Map<String, Path> peers() {
        return peers;
    }

    Optional<Path> image() {
        return Optional.ofNullable(image).or(Settings::image);
    }

    boolean isDryRun() {
        return dryRun;
    }
}
