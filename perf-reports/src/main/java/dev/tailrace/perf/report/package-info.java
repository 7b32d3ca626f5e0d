/// The results as text, HTML and JSON.
@NullMarked
package dev.tailrace.perf.report;

import org.jspecify.annotations.NullMarked;
