package dev.tailrace.perf.report;

import java.util.List;

/// How much of a session a page shows, so that it stays small.
///
/// @param rulers whether the ratios to the rulers are drawn, cell by cell
/// @param tooltips whether every bar has a tooltip
/// @param dots whether every sample has a dot
record Extent(boolean rulers, boolean tooltips, boolean dots) {
    static final Extent ALL = new Extent(true, true, true);

    /// From everything to what sessions with very many cells can have.
    static final List<Extent> FALLING = List.of(
            ALL, new Extent(false, true, true), new Extent(false, false, true), new Extent(false, false, false));
}
