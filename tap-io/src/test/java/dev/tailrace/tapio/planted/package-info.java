/// Planted bugs of this module, see the package of the same name in `netstack-core`.
@NullMarked
package dev.tailrace.tapio.planted;

import org.jspecify.annotations.NullMarked;
