package dev.tailrace.perf.result;

import java.util.List;

/// Who was measured: evidence that a row shows what its name says.
///
/// @param id short name, the key of the samples: `tailrace`, `tailrace@baseline`, `slirp4netns`, `pasta`, `copy
/// proxy` ...
/// @param role how reports treat it
/// @param program path of what was started, with links resolved; empty for what is no program
/// @param sha256 of that file, hexadecimal; empty for what is no program
/// @param version what it says about itself, and its Debian package
/// @param settings what was done to it that its users would not see, or nothing
/// @param executable what the kernel said was running (`/proc/PID/exe`), or why that is not known
/// @param commandLine that was running, of the first start
/// @param congestion control in its guest, as the kernel said
/// @param objections why it is not what its name says, one line each; none if it is. Its cells are INVALID then.
public record BackendIdentity(
        String id,
        Role role,
        String program,
        String sha256,
        String version,
        String settings,
        String executable,
        String commandLine,
        String congestion,
        List<String> objections) {
    /// How reports treat a backend.
    public enum Role {
        /// The subject.
        OURS,
        /// The subject again, for the noise floor, or an older build of it, for the gate.
        BASELINE,
        /// Another program of the same purpose.
        PEER,
        /// Something simpler, to show what the machine can do.
        RULER
    }

    public BackendIdentity {
        objections = List.copyOf(objections);
    }

    public BackendIdentity withObjections(final List<String> all) {
        return new BackendIdentity(
                id, role, program, sha256, version, settings, executable, commandLine, congestion, all);
    }
}
