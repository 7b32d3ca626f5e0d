/// Puts the program behind walls: `--enable-sandbox` and `--enable-seccomp`.
///
/// Theory of operation. Everything that has to be opened is open: the TAP, the loop, the API socket, its directory.
/// Then, in this order:
///
/// 1. The calling thread makes a mount namespace of its own, and in it a root that holds /etc and /run, read-only, and
///    nothing else ([MountSandbox]). The namespaces of others never see a mount or an unmount of ours.
/// 2. Every thread of the JVM enters that namespace, takes the Landlock rules on ([Landlock]), sets no_new_privs and
///    drops all capabilities but `CAP_NET_BIND_SERVICE` ([Privileges]). The kernel keeps all of this for each
///    thread, so each has to do it itself: [AllThreads] interrupts one after the other with a syscall program, until no
///    thread is left that has not, and then reads from /proc what each has. Threads that are made later inherit it.
/// 3. A seccomp filter is set for all threads at once ([SeccompFilter], [AllowedCalls]).
///
/// A process with threads cannot enter a user namespace. One that has no right to mount must be started in the
/// namespace where it has: the launcher does that before there is a JVM.
///
/// What the JVM needs later it has: its class library is mapped, its native libraries are loaded, classes come from
/// both. What a class path of directories holds would be out of reach, so there the directories stay visible.
@NullMarked
package dev.tailrace.tapio.sandbox;

import org.jspecify.annotations.NullMarked;
