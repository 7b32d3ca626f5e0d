package dev.tailrace.runtime.engine;

import java.util.Locale;
import java.util.Set;

/// Where a container is in its life. [Container] has the only place that changes it.
public enum ContainerState {
    /// Made, and never started.
    CREATED,
    RUNNING,
    PAUSED,
    /// Exited, and about to be started again by its restart policy.
    RESTARTING,
    EXITED,
    /// Being removed; it does not come back from there.
    REMOVING;

    /// How the API spells it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether it has a process.
    public boolean hasProcess() {
        return this == RUNNING || this == PAUSED;
    }

    boolean canBecome(final ContainerState next) {
        return successors().contains(next);
    }

    private Set<ContainerState> successors() {
        return switch (this) {
            case CREATED -> Set.of(RUNNING, REMOVING);
            case RUNNING -> Set.of(PAUSED, EXITED, RESTARTING);
            case PAUSED -> Set.of(RUNNING, EXITED, RESTARTING);
            case RESTARTING -> Set.of(RUNNING, EXITED);
            case EXITED -> Set.of(RUNNING, REMOVING);
            case REMOVING -> Set.of();
        };
    }
}
