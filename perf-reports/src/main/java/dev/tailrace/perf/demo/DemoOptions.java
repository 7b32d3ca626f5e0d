package dev.tailrace.perf.demo;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What the command line asked for. `./tailrace help` describes the options of users; the launcher adds `--image`,
/// `--out`, `--walkthrough`, `--page` and `--columns`.
///
/// @param image directory of our product, or nothing to measure only the others
/// @param out directory of the reports
/// @param walkthrough what the first part of the demo has left for the page
/// @param page where the user will find the page, if it is carried elsewhere
/// @param runs of every transfer
/// @param seconds that a transfer lasts
/// @param warmupSeconds of traffic before the first measured run, each way, for what runs on a JVM
/// @param mtus of the guest's interface
/// @param congestion control to set on both sides, or nothing to keep the machine's default
/// @param congestionAsked whether the user chose it, so that the demo must not go on without
/// @param only names of the backends to measure, spaces as hyphens; all that are there when empty
/// @param seed of the order in which backends take turns
/// @param columns of the terminal, whose progress line may be written over; nothing if there is none
public record DemoOptions(
        Optional<Path> image,
        Path out,
        Optional<Path> walkthrough,
        Path page,
        int runs,
        int seconds,
        int warmupSeconds,
        List<Integer> mtus,
        Optional<String> congestion,
        boolean congestionAsked,
        List<String> only,
        long seed,
        OptionalInt columns) {
    private static final int MIN_MTU = 576;
    private static final int MAX_MTU = 65521;
    private static final int WARMUP_SECONDS = 3;

    public DemoOptions {
        mtus = List.copyOf(mtus);
        only = List.copyOf(only);
    }

    /// Whether a backend is to be measured.
    ///
    /// @param name as the report has it
    boolean wants(final String name) {
        return only.isEmpty() || only.contains(name.replace(",", "").replace(' ', '-'));
    }

    /// @throws IllegalArgumentException with a message for the user
    static DemoOptions parse(final String... arguments) {
        final Builder builder = new Builder();
        final Iterator<String> rest = Arrays.asList(arguments).iterator();
        while (rest.hasNext()) {
            final String option = rest.next();
            if (!rest.hasNext()) {
                throw new IllegalArgumentException(option + ": unknown, or its value is missing");
            }
            builder.set(option, rest.next());
        }
        return builder.build();
    }

    private static int positive(final String option, final String text) {
        try {
            final int value = Integer.parseInt(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(option + ": not a number: " + text, notANumber);
        }
        throw new IllegalArgumentException(option + ": must be at least 1: " + text);
    }

    private static int mtu(final String text) {
        final int mtu = positive("--mtus", text);
        if (mtu < MIN_MTU || mtu > MAX_MTU) {
            throw new IllegalArgumentException("--mtus: must be from %d to %d: %s".formatted(MIN_MTU, MAX_MTU, text));
        }
        return mtu;
    }

    private static final class Builder {
        private Optional<Path> image = Optional.empty();
        private Path out = Path.of("perf-reports", "target");
        private Optional<Path> walkthrough = Optional.empty();
        private Optional<Path> page = Optional.empty();
        private int runs = 1;
        private int seconds = 2;
        private Optional<Integer> warmup = Optional.empty();
        private List<Integer> mtus = List.of(1500, 65520);
        private Optional<String> congestion = Optional.of("cubic");
        private boolean congestionAsked;
        private List<String> only = List.of();
        private long seed = 1;
        private OptionalInt columns = OptionalInt.empty();

        void set(final String option, final String value) {
            switch (option) {
                case "--image" -> image = Optional.of(Path.of(value));
                case "--out" -> out = Path.of(value);
                case "--walkthrough" -> walkthrough = Optional.of(Path.of(value));
                case "--page" -> page = Optional.of(Path.of(value));
                case "--runs" -> runs = positive(option, value);
                case "--seconds" -> seconds = positive(option, value);
                case "--warmup" -> warmup = Optional.of(positive(option, value));
                case "--mtus" ->
                    mtus = Arrays.stream(value.split(",")).map(DemoOptions::mtu).toList();
                case "--congestion" -> {
                    congestion = Optional.of(value).filter(name -> !name.equals("default"));
                    congestionAsked = true;
                }
                case "--only" -> only = List.of(value.split(","));
                case "--columns" -> columns = OptionalInt.of(positive(option, value));
                case "--seed" -> seed = positive(option, value);
                default -> throw new IllegalArgumentException(option + ": no such option");
            }
        }

        DemoOptions build() {
            final int warmupSeconds = warmup.orElse(runs == 1 ? 1 : WARMUP_SECONDS);
            return new DemoOptions(
                    image,
                    out,
                    walkthrough,
                    page.orElse(out.resolve("demo.html")),
                    runs,
                    seconds,
                    warmupSeconds,
                    mtus,
                    congestion,
                    congestionAsked,
                    only,
                    seed,
                    columns);
        }
    }
}
