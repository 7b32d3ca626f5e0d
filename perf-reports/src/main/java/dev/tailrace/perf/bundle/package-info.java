/// What containers are made of to be timed: a root directory, the same for every engine and runtime, as
/// an archive to be imported ([TestRoot]) and as a bundle of the OCI ([Bundle]); and a program in it
/// that says when it ran ([ClockProgram]).
@NullMarked
package dev.tailrace.perf.bundle;

import org.jspecify.annotations.NullMarked;
