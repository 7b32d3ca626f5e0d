/// Shows that the tests find the bugs they are for. A patch in `src/test/planted` plants one known bug
/// in the main code; the patched class is compiled in memory, loaded in the place of the one built, and
/// the tests that the patch names are run on it. Those that pass are worth nothing, and are told. See
/// `docs/tcp-cases.md`.
@NullMarked
package dev.tailrace.netstack.planted;

import org.jspecify.annotations.NullMarked;
