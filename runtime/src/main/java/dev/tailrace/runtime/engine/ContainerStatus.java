package dev.tailrace.runtime.engine;

import java.time.Instant;
import java.util.Optional;

/// A container's state at one moment.
///
/// @param pid 0 without a process
/// @param exitCode of the last run
/// @param error why the last start failed, or empty
/// @param restarts since somebody started it
/// @param isOutOfMemory whether the kernel killed a process of the last run because its limit of memory was reached
public record ContainerStatus(
        ContainerState state,
        int pid,
        int exitCode,
        String error,
        Optional<Instant> startedAt,
        Optional<Instant> finishedAt,
        int restarts,
        boolean isOutOfMemory) {
    static final ContainerStatus CREATED =
            new ContainerStatus(ContainerState.CREATED, 0, 0, "", Optional.empty(), Optional.empty(), 0, false);

    ContainerStatus running(final int newPid, final Instant now, final int newRestarts) {
        return new ContainerStatus(
                ContainerState.RUNNING, newPid, 0, "", Optional.of(now), finishedAt, newRestarts, false);
    }

    ContainerStatus in(final ContainerState next) {
        return new ContainerStatus(next, pid, exitCode, error, startedAt, finishedAt, restarts, isOutOfMemory);
    }

    ContainerStatus ended(
            final ContainerState next, final int code, final Instant now, final boolean newIsOutOfMemory) {
        return new ContainerStatus(next, 0, code, error, startedAt, Optional.of(now), restarts, newIsOutOfMemory);
    }

    /// The state stays.
    ContainerStatus failed(final int code, final String message) {
        return new ContainerStatus(state, 0, code, message, startedAt, finishedAt, restarts, isOutOfMemory);
    }
}
