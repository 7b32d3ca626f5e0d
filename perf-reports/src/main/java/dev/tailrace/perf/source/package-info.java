/// Sources to programs: which commit is measured, and images built from other commits.
@NullMarked
package dev.tailrace.perf.source;

import org.jspecify.annotations.NullMarked;
