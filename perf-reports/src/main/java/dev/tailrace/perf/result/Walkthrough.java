package dev.tailrace.perf.result;

import java.util.List;

/// What a walkthrough of the engine did, and how fast its containers talked.
///
/// @param steps in order
/// @param bandwidths of each path under each storage driver
public record Walkthrough(List<Step> steps, List<Bandwidth> bandwidths) {
    public Walkthrough {
        steps = List.copyOf(steps);
        bandwidths = List.copyOf(bandwidths);
    }

    /// @param command as it was typed
    /// @param answer what is worth showing of what came; may be empty
    public record Step(String command, String answer) {}

    /// @param driver of the storage
    /// @param gigabits per second, as the receiver counted them
    public record Bandwidth(Path path, String driver, double gigabits) {}

    /// Who sends to whom, and what the first rootless Docker reached.
    ///
    /// Its figures are those of the article that presented it in 2019: on its authors' machine,
    /// over a bridge of the kernel, and over a user-mode stack that took one packet of 1,500 bytes
    /// at a time. moby issue 44750 has 0.818 for the second.
    public enum Path {
        CONTAINER("container to container", 25.5),
        PUBLISHED("container to the host's address", 0.848),
        HOST("container to a server of the host", Double.NaN);

        private final String title;
        private final double gigabitsIn2019;

        Path(final String title, final double gigabitsIn2019) {
            this.title = title;
            this.gigabitsIn2019 = gigabitsIn2019;
        }

        public String title() {
            return title;
        }

        /// Gbit/s; NaN where nothing was told.
        public double gigabitsIn2019() {
            return gigabitsIn2019;
        }
    }

    /// What was measured, or NaN.
    public double gigabits(final Path path, final String driver) {
        return bandwidths.stream()
                .filter(each -> each.path() == path && each.driver().equals(driver))
                .mapToDouble(Bandwidth::gigabits)
                .findFirst()
                .orElse(Double.NaN);
    }

    /// The storage drivers, in the order in which they were used.
    public List<String> drivers() {
        return bandwidths.stream().map(Bandwidth::driver).distinct().toList();
    }
}
