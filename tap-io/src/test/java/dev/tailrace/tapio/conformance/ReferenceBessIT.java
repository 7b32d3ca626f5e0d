package dev.tailrace.tapio.conformance;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/// The suite against the installed slirp4netns (1.2).
class ReferenceBessIT extends BessContract {
    @BeforeAll
    static void needTheReference() {
        ReferenceContractIT.needTheReference();
    }

    @Override
    List<String> slirp() {
        return List.of("slirp4netns");
    }

    @Override
    Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
