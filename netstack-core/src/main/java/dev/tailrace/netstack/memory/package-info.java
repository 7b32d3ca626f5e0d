/// Off-heap memory for payload that has to wait: one slab with a ceiling, and rings cut from it.
///
/// Theory of operation. [dev.tailrace.netstack.memory.Slab] is a buddy allocator over one region that is reserved,
/// not used, at the start: pages come into being when a ring first touches them, and blocks are reused most recent
/// first, so that they are warm. A [dev.tailrace.netstack.memory.ByteRing] holds a block only while it holds bytes.
/// What has been given back for a while is discarded to the kernel by [dev.tailrace.netstack.memory.Slab#trim].
@NullMarked
package dev.tailrace.netstack.memory;

import org.jspecify.annotations.NullMarked;
