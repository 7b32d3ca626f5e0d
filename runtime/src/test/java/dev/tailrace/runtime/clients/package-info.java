/// Programs that use `slirp4netns`, unchanged, with the installed one and with ours: the same is asked of both.
///
/// Theory of operation. A [dev.tailrace.runtime.clients.Machine] is a rootless user's machine made of namespaces by an
/// ordinary user: an account with subordinate ids, its own processes, mounts, control groups, name server, and a
/// stand-in internet. Root there prepares it by `machine.sh`. Podman, RootlessKit and buildah run in it as the account,
/// with the configuration of the README, and images that are made on the spot. What they leave when they end is found
/// by comparing two [dev.tailrace.runtime.clients.Traces].
@NullMarked
package dev.tailrace.runtime.clients;

import org.jspecify.annotations.NullMarked;
