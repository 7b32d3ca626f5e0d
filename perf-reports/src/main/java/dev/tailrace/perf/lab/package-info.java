/// The laboratory: namespaces, programs run in them with a deadline, and what the kernel says about a process.
///
/// Everything happens inside a user, network, mount and process namespace that the launcher made, with this JVM as its
/// first process: no packet can leave it, and whatever ends the JVM ends every program it started. The network there:
///
/// ```text
///   guest (one per backend)                 host (where the JVM and the backends are)         internet
///   tap0 10.0.2.100 ── backend ──┬── lo 127.0.0.1, 203.0.113.1: iperf3
///                                └── uplink 198.51.100.2 ───────────── eth0 198.51.100.1 web, .53 names, .254 router
/// ```
@NullMarked
package dev.tailrace.perf.lab;

import org.jspecify.annotations.NullMarked;
