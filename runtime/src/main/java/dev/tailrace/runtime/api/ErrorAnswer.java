package dev.tailrace.runtime.api;

import dev.tailrace.runtime.build.BuildException;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.registry.RegistryException;
import dev.tailrace.runtime.volume.VolumeException;

/// An exception as an HTTP status and a line.
///
/// @param isOurs whether it is a bug, of which the log should know
record ErrorAnswer(int status, String message, boolean isOurs) {
    static ErrorAnswer of(final RuntimeException e) {
        final String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return switch (e) {
            case final EngineException engine -> new ErrorAnswer(status(engine.kind()), message, false);
            case final ImageException image -> new ErrorAnswer(status(image.kind()), message, false);
            case final BuildException build -> new ErrorAnswer(status(build.kind()), message, false);
            case final RegistryException registry -> new ErrorAnswer(status(registry.kind()), message, false);
            case final VolumeException volume -> new ErrorAnswer(status(volume.kind()), message, false);
            case final IllegalStateException bug -> new ErrorAnswer(500, message, true);
            case final NullPointerException bug -> new ErrorAnswer(500, message, true);
            case final IndexOutOfBoundsException bug -> new ErrorAnswer(500, message, true);
            case final ClassCastException bug -> new ErrorAnswer(500, message, true);
            default -> new ErrorAnswer(500, message, false);
        };
    }

    private static int status(final EngineException.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case NOT_FOUND, NO_IMAGE -> 404;
            case FORBIDDEN -> 403;
            case CONFLICT -> 409;
            case UNCHANGED -> 304;
            case UNSUPPORTED -> 501;
            case FAILED -> 500;
        };
    }

    private static int status(final BuildException.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case UNSUPPORTED -> 501;
            case FAILED -> 500;
        };
    }

    private static int status(final VolumeException.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case FAILED -> 500;
        };
    }

    private static int status(final RegistryException.Kind kind) {
        return switch (kind) {
            case INVALID -> 400;
            case UNAUTHORIZED -> 401;
            case NOT_FOUND -> 404;
            case UNREACHABLE, MALFORMED, FAILED -> 500;
        };
    }

    private static int status(final ImageException.Kind kind) {
        return switch (kind) {
            case NO_SUCH_IMAGE -> 404;
            case INVALID -> 400;
            case IN_USE -> 409;
            case STORAGE -> 500;
        };
    }
}
