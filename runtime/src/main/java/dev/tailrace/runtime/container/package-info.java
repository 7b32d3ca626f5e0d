/// Processes in containers: namespaces, mounts, privileges, and the end.
///
/// Theory of operation. The engine is root in its own user namespace and has threads, so that it can neither fork nor
/// enter what a container needs. A container's first process is therefore a syscall program (`tapio.stub`) in a child
/// made by clone3 with the container's namespaces: it mounts, pivots, drops privileges, installs the seccomp filter and
/// executes, in the order of runc and crun, without any code of ours in between that could leak a descriptor. The
/// engine is its parent and waits for it by a pidfd.
///
/// [NamespacedRuntime] puts a program together ([ChildProgram]) of these parts, in their order: the root and what every
/// container has in it ([RootFileSystem]), settings ([Sysctls]), hidden paths ([PathProtection]), then what is the same
/// for `exec` ([ProcessSetup]): streams, limits, working directory, identity, capabilities, filter, and the search for
/// the program ([Execution]), which also words failures. What must be known before, Java finds out: who the user is
/// ([Users], by [RootFiles]), which ids there are ([IdMaps]), what the engine ignores ([IgnoredSignals]).
///
/// Nothing in a container is reached by a name twice, and no name in it is resolved with the engine's root as the root.
/// Terminals are opened by a descriptor of the container's devpts, which the engine made ([PseudoTerminals]).
///
/// Threads. Any may call. One thread waits for all ends ([ExitWatcher]); each `exec` has one of its own for a moment,
/// because who has entered a process namespace cannot come back. Reading and writing streams waits in the kernel.
///
/// The first process of a container dies with the engine ([ParentDeath]), and so it is the child of a thread that
/// lives as long ([StarterThreads]).
///
/// Closing a [ContainerProcess] closes its streams only; what the kernel holds for it is given back when it has ended.
@NullMarked
package dev.tailrace.runtime.container;

import org.jspecify.annotations.NullMarked;
