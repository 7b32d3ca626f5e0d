package dev.tailrace.perf.cli;

import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.CellResult;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Measures our program against itself.
@Command(
        name = "calibrate",
        description = "Measure the program against itself (16 blocks): what the machine can tell apart",
        mixinStandardHelpOptions = true)
final class CalibrateCommand implements Callable<Integer> {
    private static final int BLOCKS = 16;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final MeasureOptions options = new MeasureOptions();

    @Mixin
    private final ResultsOptions results = new ResultsOptions();

    @Parameters(paramLabel = "PROFILE", description = "Whose cells: gate, full, or a file", defaultValue = "gate")
    private String name = "gate";

    @Override
    public Integer call() {
        final Profile profile = options.profile(name, OptionalInt.of(BLOCKS))
                .withBackends(List.of(Backends.OURS, Backends.AGAIN), List.of());
        final List<String> arguments = Arguments.of(spec);
        final Measuring measuring = new Measuring("calibrate", profile, options, results.store(), arguments);
        if (options.isDryRun()) {
            return measuring.plan();
        }
        if (!Settings.isInside()) {
            measuring.check();
            return measuring.enclose(Map.of());
        }
        return measuring.hold(session -> session.measure(CellResult.ONLY_STAGE, profile.cells(), profile.blocks()));
    }
}
