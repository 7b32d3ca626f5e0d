package dev.tailrace.tapio.slirp.api;

/// A request that is refused. The message is what the client reads behind `bad request: `.
final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiException(final String message) {
        super(message, null, false, false);
    }
}
