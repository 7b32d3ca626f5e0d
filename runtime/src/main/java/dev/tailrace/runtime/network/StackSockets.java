package dev.tailrace.runtime.network;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// By which sockets the stacks can be looked into (`tailrace net`), where that is wanted.
///
/// @param ofDefault of the default network
/// @param ofOthers of one of the user's own, by its id
public record StackSockets(Optional<Path> ofDefault, Function<String, Optional<Path>> ofOthers) {
    public static final StackSockets NONE = new StackSockets(Optional.empty(), _ -> Optional.empty());
}
