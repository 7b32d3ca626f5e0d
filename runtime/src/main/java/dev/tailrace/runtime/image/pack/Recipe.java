package dev.tailrace.runtime.image.pack;

import dev.tailrace.runtime.image.ImageConfig;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a program needs besides itself and its libraries, and how its image is configured.
sealed interface Recipe permits BusyboxRecipe, NginxRecipe, Recipe.Plain {
    /// What Docker's official images set.
    String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// @param program absolute path on this machine
    void files(String program, RootTree tree, Libraries libraries, Users users) throws IOException;

    ImageConfig config(String program);

    static Recipe of(final String program) {
        return switch (program.substring(program.lastIndexOf('/') + 1)) {
            case "nginx" -> new NginxRecipe();
            case "busybox" -> new BusyboxRecipe();
            // The image networkstatic/iperf3 has the program for an entrypoint: users give its options only.
            case "iperf3" -> new Plain(List.of("iperf3"), List.of(), List.of("5201/tcp", "5201/udp"));
            default -> new Plain(List.of(), List.of(), List.of());
        };
    }

    static ImageConfig config(
            final List<String> entrypoint,
            final List<String> command,
            final List<String> exposedPorts,
            final Optional<String> stopSignal) {
        return new ImageConfig(
                "", List.of(PATH), entrypoint, command, "", exposedPorts, List.of(), Map.of(), stopSignal);
    }

    /// A program that needs nothing else.
    ///
    /// @param command the program itself if this and the entrypoint are empty
    record Plain(List<String> entrypoint, List<String> command, List<String> exposedPorts) implements Recipe {
        @Override
        public void files(final String program, final RootTree tree, final Libraries libraries, final Users users) {
            // Itself and its libraries are taken in for every recipe.
        }

        @Override
        public ImageConfig config(final String program) {
            final boolean isBare = entrypoint.isEmpty() && command.isEmpty();
            return Recipe.config(entrypoint, isBare ? List.of(program) : command, exposedPorts, Optional.empty());
        }
    }
}
