package dev.tailrace.runtime.container;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A container to be started.
///
/// @param id 64 hexadecimal digits
/// @param root its mounted root directory, in the engine's mount namespace
/// @param isRootReadOnly `docker run --read-only`
/// @param mounts in order; /etc/hosts, /etc/hostname and /etc/resolv.conf are among them
/// @param networkNamespaceFd descriptor of the network namespace that it gets; empty for the host's
/// @param isPrivileged no masked or read-only paths; the process says its capabilities itself
/// @param hasInit whether process 1 is one of ours that reaps orphans and forwards signals (`--init`)
/// @param sysctls of its namespaces
/// @param sharedMemoryBytes size of /dev/shm
/// @param resources limits, which need control groups
public record ContainerSpec(
        String id,
        Path root,
        boolean isRootReadOnly,
        String hostname,
        List<MountSpec> mounts,
        OptionalInt networkNamespaceFd,
        boolean isPrivileged,
        boolean hasInit,
        Map<String, String> sysctls,
        long sharedMemoryBytes,
        ProcessSpec process,
        Resources resources) {
    /// Without limits.
    public ContainerSpec(
            final String id,
            final Path root,
            final boolean isRootReadOnly,
            final String hostname,
            final List<MountSpec> mounts,
            final OptionalInt networkNamespaceFd,
            final boolean isPrivileged,
            final boolean hasInit,
            final Map<String, String> sysctls,
            final long sharedMemoryBytes,
            final ProcessSpec process) {
        this(
                id,
                root,
                isRootReadOnly,
                hostname,
                mounts,
                networkNamespaceFd,
                isPrivileged,
                hasInit,
                sysctls,
                sharedMemoryBytes,
                process,
                Resources.NONE);
    }

    public ContainerSpec {
        mounts = List.copyOf(mounts);
        sysctls = Map.copyOf(sysctls);
    }
}
