/// Views of protocol headers in a buffer, addresses and checksums. Sees nothing but Agrona.
///
/// Theory of operation. A flyweight is wrapped around a place in a buffer and reads and writes fields there; it owns
/// nothing, never throws on wrap and never escapes the call it serves. `check` tells once whether the header and the
/// lengths in it fit the bytes there are; the getters after a passed check are not checked again. Checksum validity is
/// a question of its own, because offloaded frames carry only part of a checksum.
@NullMarked
package dev.tailrace.netstack.wire;

import org.jspecify.annotations.NullMarked;
