package dev.tailrace.tapio.kernel;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// A [Probe] in a place, and what it answers.
final class Peer {
    private static final String OK = "ok";

    private final Place place;
    private final Program program;
    private int commands;

    private Peer(final Place place, final Program program) {
        this.place = place;
        this.program = program;
    }

    static Peer in(final Place place) {
        final Program program = place.start(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                classes(),
                Probe.class.getName());
        final Peer peer = new Peer(place, program);
        peer.await(
                "probe in the " + place, Duration.ZERO, () -> program.stdout().startsWith("ready\n"));
        return peer;
    }

    /// Does what a command says.
    ///
    /// @return its answer, when it is a success
    String does(final Object... words) {
        return begins(words).succeeds();
    }

    /// Does what a command says, which must fail.
    ///
    /// @return the reason, for an error of the kernel its text
    String failsTo(final Object... words) {
        return begins(words).fails();
    }

    /// Gives a command whose answer is asked for later. Several threads may give commands.
    synchronized Doing begins(final Object... words) {
        final StringBuilder line = new StringBuilder().append(++commands);
        for (final Object word : words) {
            line.append(' ').append(word);
        }
        final Doing doing = new Doing(commands, line.toString());
        try {
            program.stdin().write(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
            program.stdin().flush();
        } catch (final IOException e) {
            throw new UncheckedIOException(program.toString(), e);
        }
        return doing;
    }

    private void await(final String what, final Duration most, final BooleanSupplier condition) {
        Await.until(() -> what + ": " + program, most.plus(Await.PATIENCE), () -> {
            if (condition.getAsBoolean()) {
                return true;
            }
            if (!program.isAlive()) {
                throw new AssertionError(what + ": " + program);
            }
            return false;
        });
    }

    private static String classes() {
        try {
            return new File(Probe.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .getPath();
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A command under way.
    final class Doing {
        private final int number;
        private final String line;

        private Doing(final int number, final String line) {
            this.number = number;
            this.line = line;
        }

        boolean isDone() {
            return answer().isPresent();
        }

        String succeeds() {
            return succeeds(Duration.ZERO);
        }

        /// @param most how long it takes by itself
        String succeeds(final Duration most) {
            final String[] answer = awaitAnswer(most);
            if (!answer[1].equals(OK)) {
                throw new AssertionError(line + " in the " + place + " failed: " + answer[2]);
            }
            return answer[2];
        }

        String fails() {
            final String[] answer = awaitAnswer(Duration.ZERO);
            if (answer[1].equals(OK)) {
                throw new AssertionError(line + " in the " + place + " did not fail: " + answer[2]);
            }
            return answer[2];
        }

        /// `ok` or `failed`, and the text.
        String outcome() {
            final String[] answer = awaitAnswer(Duration.ZERO);
            return (answer[1] + " " + answer[2]).strip();
        }

        private String[] awaitAnswer(final Duration most) {
            await("answer to \"" + line + "\" in the " + place, most, this::isDone);
            final String[] words = answer().orElseThrow().split(" ", 3);
            return words.length == 3 ? words : new String[] {words[0], words[1], ""};
        }

        private Optional<String> answer() {
            final String all = program.stdout();
            return all.substring(0, all.lastIndexOf('\n') + 1)
                    .lines()
                    .filter(answer -> answer.startsWith(number + " "))
                    .findFirst();
        }
    }
}
