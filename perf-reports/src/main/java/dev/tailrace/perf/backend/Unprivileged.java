package dev.tailrace.perf.backend;

import java.util.List;

/// How the backends are started: as the owner of the guest's user namespace, with no capability in its own.
final class Unprivileged {
    static final List<String> PREFIX = List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--");

    private Unprivileged() {}
}
