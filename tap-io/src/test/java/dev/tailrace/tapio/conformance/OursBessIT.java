package dev.tailrace.tapio.conformance;

import dev.tailrace.tapio.lab.OurProgram;
import java.util.List;
import java.util.Set;

/// The suite against our program.
class OursBessIT extends BessContract {
    @Override
    List<String> slirp() {
        return OurProgram.command();
    }

    @Override
    Set<Trait> traits() {
        return Set.of();
    }
}
