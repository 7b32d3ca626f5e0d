package dev.tailrace.runtime.cli;

/// An image's name as users write it.
///
/// @param repository `nginx`, `localhost:5000/nginx`
/// @param tag `latest` if none was written
record ImageName(String repository, String tag) {
    static ImageName of(final String text) {
        final int colon = text.lastIndexOf(':');
        // Before a slash it is the port of a registry.
        return colon <= text.lastIndexOf('/')
                ? new ImageName(text, "latest")
                : new ImageName(text.substring(0, colon), text.substring(colon + 1));
    }
}
