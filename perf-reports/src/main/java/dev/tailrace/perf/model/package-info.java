/// What is measured and what came out: values only, no processes and no text.
@NullMarked
package dev.tailrace.perf.model;

import org.jspecify.annotations.NullMarked;
