/// Networks to test in, made of namespaces by an ordinary user: no packet of a test can leave the machine.
///
/// A [Lab] holds a *host*, which has its own user, network and mount namespace and is where the program under test
/// runs; an *internet* of 198.51.100.0/24 and 203.0.113.0/24 behind a veth; and *guests*, each with a user and
/// network namespace below the host's. A [Place] runs programs in one of them. Everything that was started dies
/// with the lab, and with the test's JVM if that is killed.
@NullMarked
package dev.tailrace.tapio.lab;

import org.jspecify.annotations.NullMarked;
