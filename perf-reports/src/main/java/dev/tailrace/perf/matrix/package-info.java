/// What is to be measured. A matrix has the axes protocol, path, direction, MTU and number of streams; a [Cell] is
/// one point in it, and a profile is a list of cells with the number and length of the runs. Beside them are cells
/// without traffic, an [Operation] on containers each. Values only: nothing here starts a process.
@NullMarked
package dev.tailrace.perf.matrix;

import org.jspecify.annotations.NullMarked;
