/// Where results are kept. A results directory has `history/YEAR/MONTH/RUNID.json`, one file for each session,
/// written once and never changed, and `latest/` with the newest session's report for people. A file appears whole or
/// not at all: it is written beside its place, forced to the disk, and renamed.
@NullMarked
package dev.tailrace.perf.store;

import org.jspecify.annotations.NullMarked;
