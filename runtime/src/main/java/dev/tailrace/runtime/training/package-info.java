/// What is run once when the product is built, so that the AOT cache has the classes of a start.
///
/// Theory of operation. [dev.tailrace.runtime.training.TrainingRun] goes the way of the drop-in as far as it can
/// without privileges: it reads a command line, tries to open a TAP (in a namespace of the wrong kind, so that this
/// fails for everybody, before anything is changed), and runs the real stack with real host sockets over a device
/// in memory. At the other end of that is a guest who opens one connection to a server on the loopback. No packet
/// leaves it. [dev.tailrace.runtime.training.TrainingSession] then has the program itself start, over a socket in place
/// of the TAP: what it makes on its way, such as the classes of lambdas, is in the cache then.
@NullMarked
package dev.tailrace.runtime.training;

import org.jspecify.annotations.NullMarked;
