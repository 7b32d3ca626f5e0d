/// Tar archives, byte for byte.
///
/// Theory of operation. [dev.tailrace.runtime.storage.tar.TarReader] pulls entries out of a stream, in the formats that
/// image layers come in: V7, ustar, pax (with `SCHILY.xattr`), GNU long names, and sparse files of all four kinds.
/// [dev.tailrace.runtime.storage.tar.TarWriter] writes ustar with pax records where a field does not fit. Names and
/// attribute values are bytes and stay so. What the reader consumes besides file contents it can hand on, so that the
/// very archive can be made again (`storage.LayerRecipe`). Nothing here touches files.
@NullMarked
package dev.tailrace.runtime.storage.tar;

import org.jspecify.annotations.NullMarked;
