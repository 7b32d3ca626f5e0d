package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// The settings below /proc/sys that belong to a namespace of the container's.
final class Sysctls {
    private static final List<String> OF_IPC = List.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");
    private static final String QUEUES = "fs.mqueue.";
    private static final String NETWORK = "net.";

    private static final long STRAIGHT =
            ChildProgram.RESOLVE_NO_SYMLINKS | ChildProgram.RESOLVE_NO_XDEV | ChildProgram.RESOLVE_BENEATH;

    private Sysctls() {}

    /// @param proc record whose result is a descriptor of the container's /proc
    /// @throws StartException if one would be the host's
    static void append(
            final ChildProgram child, final int proc, final Map<String, String> sysctls, final boolean isOwnNetwork) {
        sysctls.forEach((name, value) -> {
            final boolean isOwn =
                    OF_IPC.contains(name) || name.startsWith(QUEUES) || name.startsWith(NETWORK) && isOwnNetwork;
            if (!isOwn) {
                throw new StartException(
                        StartException.OTHER, "sysctl \"" + name + "\" is not in a separate kernel namespace");
            }
            final String path = "sys/" + name.replace('.', '/');
            final int file = child.openBeneath(proc, path, Fd.O_WRONLY, STRAIGHT);
            final int length = value.getBytes(StandardCharsets.UTF_8).length;
            child.addOn(file, "set sysctl", name + "=" + value, SyscallNumber.WRITE, 0, child.text(value), length);
        });
    }
}
