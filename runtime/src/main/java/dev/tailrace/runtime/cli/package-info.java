/// The program `tailrace`: one verb per class.
@NullMarked
package dev.tailrace.runtime.cli;

import org.jspecify.annotations.NullMarked;
