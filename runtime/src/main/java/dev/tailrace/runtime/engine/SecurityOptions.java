package dev.tailrace.runtime.engine;

import java.util.List;

/// `--security-opt`.
///
/// @param hasNoNewPrivileges `no-new-privileges`
/// @param isConfined unless `seccomp=unconfined`
record SecurityOptions(boolean hasNoNewPrivileges, boolean isConfined) {
    static SecurityOptions of(final HostConfig host) {
        final List<String> options =
                host.securityOptions().stream().map(SecurityOptions::canonical).toList();
        return new SecurityOptions(
                options.contains("no-new-privileges") || options.contains("no-new-privileges:true"),
                !options.contains("seccomp:unconfined") && !host.isPrivileged());
    }

    /// Whether we can do what it says. Labels of security modules that are not there change nothing, as
    /// with Docker.
    static boolean isKnown(final String canonical) {
        return canonical.startsWith("no-new-privileges")
                || canonical.equals("seccomp:unconfined")
                || canonical.equals("seccomp:builtin")
                || canonical.equals("apparmor:unconfined")
                || canonical.startsWith("label:");
    }

    private static String canonical(final String option) {
        return option.replace('=', ':');
    }
}
