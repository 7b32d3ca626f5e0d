package dev.tailrace.runtime.client;

import java.nio.file.Path;

/// Nobody answers on the socket.
public final class NoEngineException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoEngineException(final Path socket, final Throwable cause) {
        super("no engine answers on " + socket, cause);
    }
}
