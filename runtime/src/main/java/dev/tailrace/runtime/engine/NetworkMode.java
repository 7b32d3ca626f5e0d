package dev.tailrace.runtime.engine;

/// `--network`.
public enum NetworkMode {
    BRIDGE,
    HOST,
    NONE,
    /// That of another container.
    CONTAINER,
    /// A network of the user's own, which may not exist.
    USER;

    /// What stands before the name of the other container.
    static final String CONTAINER_PREFIX = "container:";

    public static NetworkMode of(final String mode) {
        if (mode.startsWith(CONTAINER_PREFIX)) {
            return CONTAINER;
        }
        if (mode.isEmpty() || mode.equals("default")) {
            return BRIDGE;
        }
        return DefaultNetwork.find(mode)
                .map(network -> switch (network) {
                    case BRIDGE -> BRIDGE;
                    case HOST -> HOST;
                    case NONE -> NONE;
                })
                .orElse(USER);
    }
}
