/// `./tailrace demo`: a namespace reaches servers, then every backend carries the same traffic.
@NullMarked
package dev.tailrace.perf.demo;

import org.jspecify.annotations.NullMarked;
