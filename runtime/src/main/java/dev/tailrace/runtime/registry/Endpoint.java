package dev.tailrace.runtime.registry;

import java.net.URI;

/// A place that may have a registry's images.
///
/// @param base address, without `/v2/`
/// @param isMirror whether others are asked when it does not have something
record Endpoint(URI base, boolean isMirror) {
    boolean isPlain() {
        return "http".equals(base.getScheme());
    }

    /// Whether an address is of the same scheme, host and port, so that the same credentials are for
    /// it.
    boolean isOrigin(final URI uri) {
        return Origin.of(base).equals(Origin.of(uri));
    }

    /// An address beneath.
    URI resolve(final String path) {
        return URI.create(base + path);
    }
}
