/// Charts as SVG, by a writer of our own: scales, axes, and five kinds of chart. The width of every text is
/// estimated before it is placed, so that no text covers another, whatever the names and values are; what
/// does not fit is cut and kept as a tooltip. Knows nothing of what the numbers mean.
@NullMarked
package dev.tailrace.perf.svg;

import org.jspecify.annotations.NullMarked;
