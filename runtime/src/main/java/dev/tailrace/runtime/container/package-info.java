/// Processes in containers: namespaces, mounts, privileges, and the end.
///
/// Theory of operation. The engine is root in its own user namespace and has threads, so that it can neither fork nor
/// enter what a container needs. A container's first process is therefore a syscall program (`tapio.stub`) in a child
/// made by clone3 with the container's namespaces: it mounts, pivots, drops privileges, installs the seccomp filter and
/// executes, in the order of runc and crun, without any code of ours in between that could leak a descriptor. The
/// engine is its parent and waits for it by a pidfd.
@NullMarked
package dev.tailrace.runtime.container;

import org.jspecify.annotations.NullMarked;
