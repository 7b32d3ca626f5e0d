package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.inside.UserNamespace;
import org.junit.jupiter.api.Test;

final class StorageIT {
    @Test
    void shouldWorkAsRootOfAUserNamespace() throws Exception {
        UserNamespace.run(StorageCases.class, LayerEscapeTest.class);
    }
}
