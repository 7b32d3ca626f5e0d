package dev.tailrace.perf.matrix;

import java.util.List;

/// The ids that a profile may name, in the order to show: what there is to measure.
public final class BackendIds {
    public static final List<String> ALL = List.of(
            "tailrace",
            "tailrace (again)",
            "tailrace@baseline",
            "slirp4netns",
            "pasta",
            "pasta, tuned",
            "tailrace, sandboxed",
            "copy proxy",
            "splice proxy",
            "loopback",
            "bridge",
            "engine, overlay",
            "engine, overlay (again)",
            "engine, vfs",
            "slirp4netns bridge",
            "crun",
            "runc",
            "crun, fuse-overlayfs");

    private BackendIds() {}
}
