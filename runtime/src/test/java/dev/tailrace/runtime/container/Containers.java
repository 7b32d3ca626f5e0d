package dev.tailrace.runtime.container;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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
        return copy(spec, spec.workingDirectory(), user, spec.hasTerminal(), spec.isInputOpen());
    }

    static ProcessSpec in(final String directory, final ProcessSpec spec) {
        return copy(spec, directory, spec.user(), spec.hasTerminal(), spec.isInputOpen());
    }

    static ProcessSpec streams(final boolean hasTerminal, final boolean isInputOpen, final ProcessSpec spec) {
        return copy(spec, spec.workingDirectory(), spec.user(), hasTerminal, isInputOpen);
    }

    private static ProcessSpec copy(
            final ProcessSpec spec,
            final String directory,
            final String user,
            final boolean hasTerminal,
            final boolean isInputOpen) {
        return new ProcessSpec(
                spec.arguments(),
                spec.environment(),
                directory,
                user,
                spec.additionalGroups(),
                spec.capabilities(),
                spec.limits(),
                spec.hasNoNewPrivileges(),
                spec.isConfined(),
                hasTerminal,
                isInputOpen);
    }

    /// With all capabilities and without the filter.
    static ProcessSpec unconfined(final ProcessSpec spec) {
        return new ProcessSpec(
                spec.arguments(),
                spec.environment(),
                spec.workingDirectory(),
                spec.user(),
                spec.additionalGroups(),
                Capabilities.names(-1L),
                spec.limits(),
                false,
                false,
                spec.hasTerminal(),
                spec.isInputOpen());
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
        return copy(spec, true, spec.networkNamespaceFd(), false, false, Map.of());
    }

    static ContainerSpec withInit(final ContainerSpec spec) {
        return copy(spec, false, spec.networkNamespaceFd(), false, true, Map.of());
    }

    static ContainerSpec privileged(final ContainerSpec spec) {
        return copy(spec, false, spec.networkNamespaceFd(), true, false, Map.of());
    }

    static ContainerSpec withNetwork(
            final OptionalInt networkFd, final Map<String, String> sysctls, final ContainerSpec spec) {
        return copy(spec, false, networkFd, false, false, sysctls);
    }

    private static ContainerSpec copy(
            final ContainerSpec spec,
            final boolean isReadOnly,
            final OptionalInt networkFd,
            final boolean isPrivileged,
            final boolean hasInit,
            final Map<String, String> sysctls) {
        return new ContainerSpec(
                spec.id(),
                spec.root(),
                isReadOnly,
                spec.hostname(),
                spec.mounts(),
                networkFd,
                isPrivileged,
                hasInit,
                sysctls,
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
}
