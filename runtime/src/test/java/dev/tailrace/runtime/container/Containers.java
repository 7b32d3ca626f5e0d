package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// Short words for starting containers in tests, and for waiting for them.
final class Containers {
    static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");

    private static final String ID = "0123456789abcdef".repeat(4);
    private static final long PATIENCE_S = 30;

    private Containers() {}

    record Result(int exitCode, String output, String error) {}

    static ProcessSpec process(final String... arguments) {
        return new ProcessSpec(
                List.of(arguments),
                List.of("PATH=/usr/local/bin:/bin"),
                "/",
                "",
                List.of(),
                DEFAULT_CAPABILITIES,
                List.of(),
                false,
                true,
                false,
                false);
    }

    static ProcessSpec as(final String user, final ProcessSpec spec) {
        return new ProcessSpec(
                spec.arguments(),
                spec.environment(),
                spec.workingDirectory(),
                user,
                spec.additionalGroups(),
                spec.capabilities(),
                spec.limits(),
                spec.hasNoNewPrivileges(),
                spec.isConfined(),
                spec.hasTerminal(),
                spec.isInputOpen());
    }

    static ProcessSpec in(final String directory, final ProcessSpec spec) {
        return new ProcessSpec(
                spec.arguments(),
                spec.environment(),
                directory,
                spec.user(),
                spec.additionalGroups(),
                spec.capabilities(),
                spec.limits(),
                spec.hasNoNewPrivileges(),
                spec.isConfined(),
                spec.hasTerminal(),
                spec.isInputOpen());
    }

    static ProcessSpec streams(final boolean hasTerminal, final boolean isInputOpen, final ProcessSpec spec) {
        return new ProcessSpec(
                spec.arguments(),
                spec.environment(),
                spec.workingDirectory(),
                spec.user(),
                spec.additionalGroups(),
                spec.capabilities(),
                spec.limits(),
                spec.hasNoNewPrivileges(),
                spec.isConfined(),
                hasTerminal,
                isInputOpen);
    }

    static ContainerSpec container(final Path root, final ProcessSpec process, final MountSpec... mounts) {
        return new ContainerSpec(
                ID,
                root,
                false,
                "box",
                List.of(mounts),
                OptionalInt.empty(),
                false,
                false,
                Map.of(),
                64 << 20,
                process);
    }

    static ContainerSpec readOnly(final ContainerSpec spec) {
        return new ContainerSpec(
                spec.id(),
                spec.root(),
                true,
                spec.hostname(),
                spec.mounts(),
                spec.networkNamespaceFd(),
                spec.isPrivileged(),
                spec.hasInit(),
                spec.sysctls(),
                spec.sharedMemoryBytes(),
                spec.process());
    }

    static ContainerSpec withInit(final ContainerSpec spec) {
        return new ContainerSpec(
                spec.id(),
                spec.root(),
                spec.isRootReadOnly(),
                spec.hostname(),
                spec.mounts(),
                spec.networkNamespaceFd(),
                spec.isPrivileged(),
                true,
                spec.sysctls(),
                spec.sharedMemoryBytes(),
                spec.process());
    }

    static ContainerSpec withNetwork(final int fd, final Map<String, String> sysctls, final ContainerSpec spec) {
        return new ContainerSpec(
                spec.id(),
                spec.root(),
                spec.isRootReadOnly(),
                spec.hostname(),
                spec.mounts(),
                OptionalInt.of(fd),
                spec.isPrivileged(),
                spec.hasInit(),
                sysctls,
                spec.sharedMemoryBytes(),
                spec.process());
    }

    static ContainerSpec privileged(final ContainerSpec spec) {
        return new ContainerSpec(
                spec.id(),
                spec.root(),
                spec.isRootReadOnly(),
                spec.hostname(),
                spec.mounts(),
                spec.networkNamespaceFd(),
                true,
                spec.hasInit(),
                spec.sysctls(),
                spec.sharedMemoryBytes(),
                spec.process());
    }

    /// Gives it `input`, reads all it writes, and waits for its end.
    static Result finish(final ContainerProcess process, final String input) {
        try (process) {
            final CompletableFuture<String> error = process.error()
                    .map(stream -> CompletableFuture.supplyAsync(() -> readAll(stream)))
                    .orElse(CompletableFuture.completedFuture(""));
            try (OutputStream stream = process.input()) {
                stream.write(input.getBytes(StandardCharsets.UTF_8));
            }
            final String output = readAll(process.output());
            return new Result(exitCode(process), output, error.join());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int exitCode(final ContainerProcess process) {
        return process.exit().orTimeout(PATIENCE_S, TimeUnit.SECONDS).join();
    }

    /// Reads until `text` has come, which proves that it has.
    static String readUntil(final InputStream stream, final String text) {
        final StringBuilder all = new StringBuilder();
        try {
            while (all.indexOf(text) < 0) {
                final int next = stream.read();
                if (next < 0) {
                    throw new AssertionError("the end came before \"" + text + "\": " + all);
                }
                all.append((char) next);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return all.toString();
    }

    static String readAll(final InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> lines(final String text) {
        return new ArrayList<>(text.lines().toList());
    }

    static ProcessSpec with(final UnaryOperator<ProcessSpec> change, final ProcessSpec spec) {
        return change.apply(spec);
    }
}
