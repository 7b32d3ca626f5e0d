package dev.tailrace.perf.cli;

import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.CellResult;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Measures the cells of a profile.
@Command(
        name = "run",
        description = "Measure the cells of a profile, keep the result, and make its report",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final MeasureOptions options = new MeasureOptions();

    @Mixin
    private final ResultsOptions results = new ResultsOptions();

    @Parameters(
            paramLabel = "PROFILE",
            description = "smoke, packets, containers, runtime, gate, full, or a file",
            defaultValue = "smoke")
    private String name = "smoke";

    @Override
    public Integer call() {
        final Profile profile = withoutBaseline(options.profile(name));
        final List<String> arguments = Arguments.of(spec);
        final Measuring measuring = new Measuring("run", profile, options, results.store(), arguments);
        if (options.isDryRun()) {
            return measuring.plan();
        }
        if (!Settings.isInside()) {
            measuring.check();
            return measuring.enclose(Map.of());
        }
        return measuring.hold(session -> session.measure(CellResult.ONLY_STAGE, profile.cells(), profile.blocks()));
    }

    /// Only the gate has one.
    private static Profile withoutBaseline(final Profile profile) {
        return profile.withBackends(
                profile.backends().stream()
                        .filter(id -> !id.equals(Backends.BASELINE))
                        .toList(),
                profile.references());
    }
}
