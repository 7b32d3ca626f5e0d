/// Ways from Java into the kernel: the reason for that of `tapio.linux`.
@NullMarked
package dev.tailrace.bench.binding;

import org.jspecify.annotations.NullMarked;
