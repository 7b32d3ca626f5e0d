package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.UserIds;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.tar.TarEntry;
import java.io.IOException;
import java.util.function.UnaryOperator;

/// Whose files become that are copied with `docker cp --archive`.
final class CopyOwner {
    private static final int MOST_TEXT_BYTES = 4 << 20;

    private CopyOwner() {}

    /// @param user `name|uid[:group|gid]` of the container; empty leaves the owners
    static UnaryOperator<TarEntry> of(final String user, final RootView view) throws IOException {
        if (user.isEmpty()) {
            return UnaryOperator.identity();
        }
        final UserIds ids =
                UserIds.of(user, view.text("etc/passwd", MOST_TEXT_BYTES), view.text("etc/group", MOST_TEXT_BYTES));
        return entry -> entry.withOwner(ids.uid(), ids.gid());
    }
}
