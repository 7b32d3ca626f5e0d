package dev.tailrace.runtime.image;

import dev.tailrace.runtime.inside.UserNamespace;
import org.junit.jupiter.api.Test;

final class ImageStoreIT {
    @Test
    void shouldWorkAsRootOfAUserNamespace() throws Exception {
        UserNamespace.run(ImageStoreCases.class, PackerCases.class);
    }
}
