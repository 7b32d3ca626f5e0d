package dev.tailrace.tapio.sandbox;

/// Which walls are asked for.
///
/// @param sandbox a root of its own, and no capability that is not needed
/// @param seccomp no system call that is not needed
public record SandboxOptions(boolean sandbox, boolean seccomp) {
    /// No walls.
    public static final SandboxOptions NONE = new SandboxOptions(false, false);
}
