/// `tailrace bench`. The program runs twice: the outer one reads the command line, checks what can be checked, builds
/// what must be built, and then starts itself again in user, network, mount and process namespaces of its own, where
/// it measures. Whatever ends the inner one ends every process that it started, and takes the network with it.
@NullMarked
package dev.tailrace.perf.cli;

import org.jspecify.annotations.NullMarked;
