/// Named directories that outlive containers: volumes of the driver `local`.
///
/// Theory of operation. A volume is a directory `NAME` with its files in `_data` and what is known of it in
/// `volume.json`. It is made beside, forced to the disk and renamed to its name, and removed by a rename away
/// from it, so that after a crash it is there as a whole or not at all. Which containers use a volume the engine
/// knows; here is only the disk, where one without a name of the user's has the id of the container that it was
/// made for in the link `owner` as long as nobody else is to have it (docs/adr/0027-life-of-containers.md).
///
/// A volume whose document is damaged is set aside with its files, in `.damaged`, and no volume any more: the
/// engine starts without it, and its containers do not.
///
/// A volume that is empty gets what the image has at the place where it is mounted, with owners and modes
/// ([dev.tailrace.runtime.volume.CopyUp]): copied beside and swapped in by one rename, as long as nobody has it
/// mounted.
@NullMarked
package dev.tailrace.runtime.volume;

import org.jspecify.annotations.NullMarked;
