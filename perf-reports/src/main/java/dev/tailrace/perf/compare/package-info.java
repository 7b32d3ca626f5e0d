/// What measurements show. Two backends are compared in the blocks that both have, by the logarithm of their ratio; a
/// [Policy] says when a difference is sure and large enough to matter. The rules, and why:
/// docs/adr/0015-paired-gate.md.
@NullMarked
package dev.tailrace.perf.compare;

import org.jspecify.annotations.NullMarked;
