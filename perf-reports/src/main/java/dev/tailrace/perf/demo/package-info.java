/// `./tailrace demo`: a namespace reaches servers, then a short [dev.tailrace.perf.harness.Session] is held, kept and
/// shown as those of `tailrace bench` are.
@NullMarked
package dev.tailrace.perf.demo;

import org.jspecify.annotations.NullMarked;
