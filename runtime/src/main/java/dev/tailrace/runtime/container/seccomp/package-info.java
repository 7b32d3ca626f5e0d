/// The seccomp filter of containers.
///
/// Theory of operation. A table (`calls.txt`) says for each system call its numbers in the tables of the processor and
/// whether Docker's default profile allows it. Of the table and a container's capabilities a program of classic BPF is
/// made, once for each set of capabilities, and kept in memory that never moves, where children of the engine that are
/// to be confined hand it to the kernel. Each calling convention that the kernel takes has its part: a filter that
/// looked at numbers only would be passed by `int 0x80`.
@NullMarked
package dev.tailrace.runtime.container.seccomp;

import org.jspecify.annotations.NullMarked;
