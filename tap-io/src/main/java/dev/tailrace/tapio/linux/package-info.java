/// Linux as it is: system calls, error numbers, memory and descriptors. The one place that, with the syscall programs
/// of `stub`, uses `java.lang.foreign`.
///
/// Theory of operation. `Syscall.call` enters the kernel through a machine-code stub of our own and answers the raw
/// result, `-errno` on an error. The frame path looks at the number; the control plane passes it to `Syscall.check`,
/// which throws `LinuxException`. Structures live in `Memory`, outside the Java heap.
@NullMarked
package dev.tailrace.tapio.linux;

import org.jspecify.annotations.NullMarked;
