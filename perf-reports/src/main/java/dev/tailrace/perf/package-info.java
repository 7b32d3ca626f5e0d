/// Performance, measured on programs from the outside: nothing here depends on the code of the other modules.
@NullMarked
package dev.tailrace.perf;

import org.jspecify.annotations.NullMarked;
