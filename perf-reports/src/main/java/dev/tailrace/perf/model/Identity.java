package dev.tailrace.perf.model;

/// Who was measured: evidence that a row shows what its name says.
///
/// @param id short name, the key of the series
/// @param role how the report treats it
/// @param program path of what was started, with links resolved
/// @param version first line of what it says about itself
/// @param settings what was done to it that its users would not see, or nothing
public record Identity(String id, Role role, String program, String version, String settings) {
    /// How the report treats a backend.
    public enum Role {
        /// The subject.
        OURS,
        /// Another program of the same purpose.
        PEER,
        /// Something simpler, to show what the machine can do.
        RULER
    }
}
