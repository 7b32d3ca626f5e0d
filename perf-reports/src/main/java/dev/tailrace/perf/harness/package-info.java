/// A session, from the plan to the record. A *block* is one turn of every backend in every cell; its cells are
/// grouped by MTU, since a backend is started for one. For each group all backends are started fresh, warmed up, take
/// their turns cell by cell, and are ended. What fails is recorded with its reason; what disturbs the machine is
/// recorded as noise.
@NullMarked
package dev.tailrace.perf.harness;

import org.jspecify.annotations.NullMarked;
