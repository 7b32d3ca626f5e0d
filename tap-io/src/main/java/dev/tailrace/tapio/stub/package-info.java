/// Syscall programs: system calls in a child of this process that enters namespaces, which a JVM itself cannot.
///
/// Theory of operation. A process with threads can neither enter a user namespace nor be forked safely. So a few
/// hundred bytes of machine code (`src/main/asm`) clone a child with `CLONE_VM | CLONE_VFORK | CLONE_FILES` and
/// execute, in it, a list of system calls that Java laid out in memory beforehand. The child runs no Java, uses no
/// stack and no thread-local storage; it has our memory, so results are visible at once, and our descriptor table,
/// so a file that it opens in another namespace is open in the JVM. The calling thread sleeps until the child is
/// done; safepoints do not wait for it, because it is in a native call.
///
/// A program can also be executed by a thread of our own, by a signal whose handler is the same machine code: the
/// kernel keeps capabilities and the like for each thread, and Java reaches only the threads that it knows.
///
/// Two things to know. All signals are blocked in the child, so only SIGKILL stops it, and that hits nobody else.
/// And a credential change in a process that shares our memory clears our `dumpable` flag: [SyscallProgram#run]
/// restores it.
@NullMarked
package dev.tailrace.tapio.stub;

import org.jspecify.annotations.NullMarked;
