package dev.tailrace.perf.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// On a repository of its own, whose `./tailrace build` makes an image of one file.
final class RevisionBuilderTest {
    private static final String BUILD = """
            #!/bin/sh
            cd "$(dirname "$0")" || exit 1
            if grep -q broken text; then echo "[ERROR] text is broken"; exit 3; fi
            mkdir -p runtime/target/image/bin
            cp text runtime/target/image/bin/slirp4netns
            chmod +x runtime/target/image/bin/slirp4netns
            """;

    @TempDir
    private Path directory;

    private Path repository;
    private String first;
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    @BeforeEach
    void makeRepository() throws IOException {
        repository = Files.createDirectory(directory.resolve("repository"));
        git("init", "-q", "-b", "main");
        Files.writeString(repository.resolve("tailrace"), BUILD);
        repository.resolve("tailrace").toFile().setExecutable(true);
        first = commit("first\n");
    }

    private String commit(final String text) throws IOException {
        Files.writeString(repository.resolve("text"), text);
        git("add", "-A");
        git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", text.strip());
        return new Checkout(repository).commit("HEAD");
    }

    private void git(final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("git", "-C", repository.toString()));
        command.addAll(List.of(arguments));
        Programs.run(command);
    }

    private RevisionBuilder builder() {
        return new RevisionBuilder(
                new Checkout(repository),
                directory.resolve("builds"),
                new PrintStream(progress, true, StandardCharsets.UTF_8));
    }

    private static String textOf(final Path image) throws IOException {
        return Files.readString(image.resolve("bin/slirp4netns"));
    }

    @Test
    void shouldBuildEachCommitFromItsOwnFiles() throws IOException {
        final String second = commit("second\n");
        assertEquals("first\n", textOf(builder().build(first, Optional.empty())));
        assertEquals("second\n", textOf(builder().build(second, Optional.empty())));
    }

    @Test
    void shouldNotBuildTwice() throws IOException {
        final Path image = builder().build(first, Optional.empty());
        Files.writeString(image.resolve("bin/slirp4netns"), "kept");
        assertEquals("kept", textOf(builder().build(first, Optional.empty())));
        assertTrue(progress.toString(StandardCharsets.UTF_8).contains("is built already"));
    }

    @Test
    void shouldApplyAPatchToABuildOfItsOwn() throws IOException {
        final Path patch = Files.writeString(directory.resolve("change.patch"), """
                --- a/text
                +++ b/text
                @@ -1 +1 @@
                -first
                +patched
                """);
        assertEquals("patched\n", textOf(builder().build(first, Optional.of(patch))));
        assertEquals("first\n", textOf(builder().build(first, Optional.empty())));
    }

    @Test
    void shouldSayThatAPatchDoesNotFit() throws IOException {
        final Path patch = Files.writeString(directory.resolve("change.patch"), """
                --- a/text
                +++ b/text
                @@ -1 +1 @@
                -other
                +patched
                """);
        assertRefused(() -> builder().build(first, Optional.of(patch)), "change.patch");
    }

    @Test
    void shouldQuoteABuildThatFails() throws IOException {
        final String broken = commit("broken\n");
        assertRefused(() -> builder().build(broken, Optional.empty()), "text is broken");
    }

    @Test
    void shouldSayThatThereIsNoSuchCommit() {
        assertRefused(() -> new Checkout(repository).commit("no-such-branch"), "no commit 'no-such-branch'");
        assertRefused(() -> new Checkout(directory).commit("main"), "main");
    }

    private static void assertRefused(final Executable what, final String quoted) {
        final String message = assertThrows(LabException.class, what).getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.contains(quoted), message);
    }
}
