package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.ProcessUsage;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.BackendIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A program to measure, and what must be true of it to be what its name says.
///
/// @param program as it was found or named
/// @param version what it says about itself
/// @param expectedVersion what that must match
/// @param expectedExecutable what the path of the running executable must match
/// @param settings what was done to it that its users would not see, or nothing
record Peer(
        String id,
        BackendIdentity.Role role,
        Path program,
        String version,
        Pattern expectedVersion,
        Pattern expectedExecutable,
        String settings) {
    /// Of slirp4netns itself: ours names itself after the version.
    private static final Pattern SLIRP_VERSION = Pattern.compile("slirp4netns version [0-9.]+(?:(?!tailrace).)*");

    private static final Pattern OUR_VERSION = Pattern.compile(".*tailrace.*");
    private static final Pattern PASTA_VERSION = Pattern.compile("pasta .*");

    static Peer slirp4netns(final Path program) {
        return slirp4netns("slirp4netns", program);
    }

    static Peer slirp4netns(final String id, final Path program) {
        return of(id, BackendIdentity.Role.PEER, program, SLIRP_VERSION, exactly(program), "");
    }

    /// @param image directory of our product
    static Peer ours(final String id, final BackendIdentity.Role role, final Path image) {
        final Path program = image.resolve("bin").resolve("slirp4netns");
        final Path java = Programs.resolve(image).resolve("java").resolve("bin").resolve("java");
        return of(id, role, program, OUR_VERSION, exactly(java), "");
    }

    /// Debian's package has a build for newer processors beside the program, which replaces itself by it.
    static Peer pasta(final String id, final Path program, final String settings) {
        final Path resolved = Programs.resolve(program);
        final Pattern executable =
                Pattern.compile(Pattern.quote(resolved.resolveSibling("").toString()) + "/?(pasta|passt)(\\.avx2)?");
        return of(id, BackendIdentity.Role.PEER, program, PASTA_VERSION, executable, settings);
    }

    boolean isOurs() {
        return expectedVersion.equals(OUR_VERSION);
    }

    Peer withSettings(final String newSettings) {
        return new Peer(id, role, program, version, expectedVersion, expectedExecutable, newSettings);
    }

    private static Pattern exactly(final Path program) {
        return Pattern.compile(Pattern.quote(Programs.resolve(program).toString()));
    }

    private static Peer of(
            final String id,
            final BackendIdentity.Role role,
            final Path program,
            final Pattern version,
            final Pattern executable,
            final String settings) {
        return new Peer(id, role, program, Evidence.version(program), version, executable, settings);
    }

    /// What is known of it while it runs.
    ///
    /// @param guest that it connects
    BackendIdentity identify(final ProcessHandle process, final Namespace guest) {
        final Path resolved = Programs.resolve(program);
        final String executable = ProcessUsage.executable(process);
        return new BackendIdentity(
                id,
                role,
                resolved.toString(),
                Evidence.sha256(resolved),
                version + Evidence.packageOf(resolved),
                settings,
                executable,
                Evidence.commandLine(process.pid()),
                guest.run("cat", "/proc/sys/net/ipv4/tcp_congestion_control"),
                objections(executable, process.pid()));
    }

    private List<String> objections(final String executable, final long pid) {
        final List<String> objections = new ArrayList<>(objections(executable));
        if (settings.equals(Sandbox.SETTINGS)) {
            objections.addAll(Sandbox.objections(pid));
        }
        return objections;
    }

    List<String> objections(final String executable) {
        final List<String> objections = new ArrayList<>();
        if (!expectedVersion.matcher(version).matches()) {
            objections.add("%s says it is '%s'".formatted(program, version));
        }
        if (!expectedExecutable.matcher(executable).matches()) {
            objections.add("%s was started, and %s is what runs".formatted(program, executable));
        }
        return objections;
    }
}
