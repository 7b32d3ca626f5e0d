package dev.tailrace.runtime.build;

import dev.tailrace.runtime.registry.Progress;

/// Is told how a build goes.
public interface BuildOutput {
    /// Text as it is shown; lines end with a line feed.
    void text(String text);

    /// The id of what was built.
    void built(String id);

    /// Where pulls of base images tell how they go.
    Progress pulls();
}
