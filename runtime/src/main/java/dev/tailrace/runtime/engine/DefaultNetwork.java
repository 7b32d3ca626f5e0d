package dev.tailrace.runtime.engine;

import java.util.Optional;

/// The networks that are always there, with ids that stay the same.
public enum DefaultNetwork {
    BRIDGE("bridge", "0ac7510f93705cee59a69717c4589777bd9c9e71b6b35912d8e0071ff9f50693"),
    HOST("host", "2f1ae13312e7e35b7a6f7b9e4b200e104ef3b945a233c72065245c22b5f2ca9b"),
    NONE("null", "c7c3f2f0d5407817dce115b85b352fe6077e9d2d66aaaa324b524de1dda106f8");

    private final String driver;
    private final String id;

    DefaultNetwork(final String driver, final String id) {
        this.driver = driver;
        this.id = id;
    }

    public String driver() {
        return driver;
    }

    /// 64 hexadecimal digits: the SHA-256 of `tailrace NAME`, so that they are the same on every machine.
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
            if (network.text().equals(reference) || (reference.length() >= 12 && network.id.startsWith(reference))) {
                return Optional.of(network);
            }
        }
        return Optional.empty();
    }
}
