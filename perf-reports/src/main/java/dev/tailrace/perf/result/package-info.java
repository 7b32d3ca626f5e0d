/// What came out of a session: values, and their form as JSON (`run-v1.schema.json` among the resources). A
/// [RunRecord] is written once and never changed; everything that is shown or judged is computed from it.
@NullMarked
package dev.tailrace.perf.result;

import org.jspecify.annotations.NullMarked;
