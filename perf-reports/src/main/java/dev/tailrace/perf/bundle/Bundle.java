package dev.tailrace.perf.bundle;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.perf.lab.LabException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Bundles of the OCI Runtime Specification: a root directory and a `config.json` with what Docker gives a container by
/// default, but for three things that would make it slower: the network has no interface but loopback, there is no
/// seccomp filter, and no control group.
public final class Bundle {
    private static final List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FSETID",
            "CAP_FOWNER",
            "CAP_MKNOD",
            "CAP_NET_RAW",
            "CAP_SETGID",
            "CAP_SETUID",
            "CAP_SETFCAP",
            "CAP_SETPCAP",
            "CAP_NET_BIND_SERVICE",
            "CAP_SYS_CHROOT",
            "CAP_KILL",
            "CAP_AUDIT_WRITE");

    private Bundle() {}

    /// Makes one.
    ///
    /// @param directory that is made
    /// @param root directory of the container's files
    /// @param program with its arguments
    public static Path make(final Path directory, final Path root, final List<String> program) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("config.json"), JsonWriter.string(config(root, program)));
            return directory;
        } catch (IOException failure) {
            throw new LabException("making a bundle in " + directory, failure);
        }
    }

    private static JsonObject config(final Path root, final List<String> program) {
        final JsonObject capabilities = new JsonObject();
        for (final String set : List.of("bounding", "effective", "permitted")) {
            capabilities.put(set, new JsonArray(CAPABILITIES));
        }
        final JsonArray namespaces = new JsonArray();
        for (final String type : List.of("pid", "network", "ipc", "uts", "mount", "cgroup")) {
            namespaces.add(JsonObject.builder().value("type", type).done());
        }
        return JsonObject.builder()
                .value("ociVersion", "1.0.2")
                .object("process")
                .value("terminal", false)
                .object("user")
                .value("uid", 0)
                .value("gid", 0)
                .end()
                .value("args", new JsonArray(program))
                .value("env", new JsonArray(List.of("PATH=/bin")))
                .value("cwd", "/")
                .value("capabilities", capabilities)
                .end()
                .object("root")
                .value("path", root.toString())
                .value("readonly", false)
                .end()
                .value("hostname", "bundle")
                .value("mounts", mounts())
                .object("linux")
                .value("namespaces", namespaces)
                .value(
                        "maskedPaths",
                        new JsonArray(List.of("/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware")))
                .value(
                        "readonlyPaths",
                        new JsonArray(
                                List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger")))
                .end()
                .done();
    }

    private static JsonArray mounts() {
        final JsonArray mounts = new JsonArray();
        mounts.add(mount("/proc", "proc", List.of("nosuid", "noexec", "nodev")));
        mounts.add(mount("/dev", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=65536k")));
        mounts.add(mount("/dev/pts", "devpts", List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666")));
        mounts.add(mount("/dev/shm", "tmpfs", List.of("nosuid", "noexec", "nodev", "mode=1777", "size=65536k")));
        mounts.add(mount("/dev/mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")));
        mounts.add(mount("/sys", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
        return mounts;
    }

    private static JsonObject mount(final String target, final String type, final List<String> options) {
        return JsonObject.builder()
                .value("destination", target)
                .value("type", type)
                .value("source", type)
                .value("options", new JsonArray(options))
                .done();
    }
}
