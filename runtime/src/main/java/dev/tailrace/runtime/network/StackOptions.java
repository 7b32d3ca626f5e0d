package dev.tailrace.runtime.network;

import dev.tailrace.tapio.epoll.OwnLoopbackPorts;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the engine has a stack beside its network.
///
/// @param socket by which it can be looked into, if that is wanted
/// @param loopbackPorts told of the ports from which it asks the host's loopback; null if nobody wants to know
record StackOptions(Optional<Path> socket, @Nullable OwnLoopbackPorts loopbackPorts) {}
