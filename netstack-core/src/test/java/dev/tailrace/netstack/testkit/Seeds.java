package dev.tailrace.netstack.testkit;

import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// Seeds of simulations: 1, 2, 3...; `-Dsim.runs=N` makes it N of them, `-Dsim.seed=S` only S.
public final class Seeds implements ArgumentsProvider {
    private static final int DEFAULT_RUNS = 12;

    /// Whether the run of this seed is over IPv6: every other is.
    public static boolean isIpv6(final long seed) {
        return (seed & 1) == 0;
    }

    @Override
    public Stream<? extends Arguments> provideArguments(
            final ParameterDeclarations parameters, final ExtensionContext context) {
        final Long only = Long.getLong("sim.seed");
        final LongStream seeds = only != null
                ? LongStream.of(only)
                : LongStream.rangeClosed(1, Integer.getInteger("sim.runs", DEFAULT_RUNS));
        return seeds.mapToObj(Arguments::of);
    }
}
