/// Calls of the C library through the foreign function interface, for the programs of ours that are servers, clients
/// and proxies: they start fast, and jnr-ffi takes half a second for its first call.
@NullMarked
package dev.tailrace.perf.libc;

import org.jspecify.annotations.NullMarked;
