package dev.tailrace.runtime.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Which capabilities a container gets (capabilities(7)).
final class Capabilities {
    /// Docker's.
    private static final Set<String> DEFAULT = prefixed(
            "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE SYS_CHROOT"
                    + " KILL AUDIT_WRITE");

    /// linux/capability.h up to CAP_CHECKPOINT_RESTORE.
    static final Set<String> ALL =
            prefixed("CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP"
                    + " LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE"
                    + " SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME"
                    + " SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG"
                    + " WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE");

    private Capabilities() {}

    /// What is left of Docker's default after additions and drops; an addition wins over `--cap-drop ALL`.
    ///
    /// @throws EngineException for a name that is none
    static Set<String> of(final HostConfig host) {
        final Set<String> added = named(host.additionalCapabilities(), "CapAdd");
        final Set<String> dropped = named(host.droppedCapabilities(), "CapDrop");
        if (host.isPrivileged()) {
            return ALL;
        }
        final Set<String> set = new LinkedHashSet<>(DEFAULT);
        if (dropped.equals(ALL)) {
            set.clear();
            set.addAll(added);
        } else {
            set.addAll(added);
            set.removeAll(dropped);
        }
        return set;
    }

    private static Set<String> named(final List<String> names, final String member) {
        final Set<String> set = new LinkedHashSet<>();
        for (final String name : names) {
            final String upper = name.strip().toUpperCase(Locale.ROOT);
            if (upper.equals("ALL")) {
                return ALL;
            }
            final String full = upper.startsWith("CAP_") ? upper : "CAP_" + upper;
            if (!ALL.contains(full)) {
                throw EngineException.invalid("invalid " + member + ": unknown capability: \"" + full + "\"");
            }
            set.add(full);
        }
        return set;
    }

    private static Set<String> prefixed(final String names) {
        final Set<String> set = new LinkedHashSet<>();
        for (final String name : names.split(" ")) {
            set.add("CAP_" + name);
        }
        return Set.copyOf(set);
    }
}
