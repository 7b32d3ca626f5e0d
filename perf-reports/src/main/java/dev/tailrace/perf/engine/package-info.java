/// Our engine as a program: started as a daemon of its own, and asked by its API, which is that of Docker's engine.
///
/// Theory of operation. A request is a connection of its own ([EngineApi]), written and read by hand:
/// what is timed is then the engine and not a client. The daemon ([EngineDaemon]) refuses root, and
/// within the laboratory everybody is root, so it gets a user namespace in which the same user has
/// another number. No subordinate ids are mapped in the laboratory, so that it runs with a single id;
/// that has no part in what is measured but for one setgroups(2).
@NullMarked
package dev.tailrace.perf.engine;

import org.jspecify.annotations.NullMarked;
