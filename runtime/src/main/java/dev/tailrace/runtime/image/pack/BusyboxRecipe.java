package dev.tailrace.runtime.image.pack;

import dev.tailrace.runtime.image.ImageConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// busybox with all its applets, as links to it.
final class BusyboxRecipe implements Recipe {
    private static final String PLACE = "/bin/";

    @Override
    public void files(final String program, final RootTree tree, final Libraries libraries, final Users users)
            throws IOException {
        final boolean isBeside =
                program.equals("/bin/busybox") || program.equals("/usr/bin/busybox") && tree.isLink("/bin");
        for (final String applet : applets(tree.onHost(program).toString())) {
            // Where other programs are packed along, theirs are the better ones.
            if (!applet.isBlank() && !tree.has(PLACE + applet)) {
                tree.link(PLACE + applet, isBeside ? "busybox" : program);
            }
        }
    }

    @Override
    public ImageConfig config(final String program) {
        return Recipe.config(List.of(), List.of("sh"), List.of(), Optional.empty());
    }

    private static List<String> applets(final String program) throws IOException {
        final Process process = new ProcessBuilder(program, "--list")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String names = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        try {
            if (process.waitFor() != 0 || names.isBlank()) {
                throw new PackException(program + " --list names no applets");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PackException("interrupted", e);
        }
        return List.of(names.split("\n"));
    }
}
