/// Small servers that run as processes of their own: the stand-in for the internet, and the copy proxy to compare
/// with.
@NullMarked
package dev.tailrace.perf.server;

import org.jspecify.annotations.NullMarked;
