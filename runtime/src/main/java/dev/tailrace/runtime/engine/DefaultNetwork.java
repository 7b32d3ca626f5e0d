package dev.tailrace.runtime.engine;

import java.util.Optional;

/// The networks that are always there, with ids that stay the same.
public enum DefaultNetwork {
    BRIDGE("bridge", "7461696c72616365206272696467650000000000000000000000000000000001"),
    HOST("host", "7461696c7261636520686f737400000000000000000000000000000000000002"),
    NONE("null", "7461696c72616365206e6f6e6500000000000000000000000000000000000003");

    private final String driver;
    private final String id;

    DefaultNetwork(final String driver, final String id) {
        this.driver = driver;
        this.id = id;
    }

    public String driver() {
        return driver;
    }

    /// 64 hexadecimal digits.
    public String id() {
        return id;
    }

    /// As clients name it.
    public String text() {
        return this == NONE ? "none" : driver;
    }

    /// @param reference a name, an id, or the beginning of one
    public static Optional<DefaultNetwork> find(final String reference) {
        for (final DefaultNetwork network : values()) {
            if (network.text().equals(reference) || (reference.length() > 20 && network.id.startsWith(reference))) {
                return Optional.of(network);
            }
        }
        return Optional.empty();
    }
}
