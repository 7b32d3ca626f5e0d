package dev.tailrace.perf.cli;

import dev.tailrace.perf.backend.Backends;
import dev.tailrace.perf.compare.Screen;
import dev.tailrace.perf.harness.Session;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Profile;
import dev.tailrace.perf.result.CellResult;
import dev.tailrace.perf.result.Source;
import dev.tailrace.perf.source.Checkout;
import dev.tailrace.perf.source.RevisionBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Compares two builds, in two stages.
@Command(
        name = "gate",
        description = "Find out whether this checkout, or another commit, is slower than a baseline",
        mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
    private static final int CONFIRM_BLOCKS = 16;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private final MeasureOptions options = new MeasureOptions();

    @Mixin
    private final ResultsOptions results = new ResultsOptions();

    @Option(names = "--baseline", paramLabel = "REV", required = true, description = "Commit to compare with")
    private String baseline = "";

    @Option(names = "--candidate", paramLabel = "REV", description = "Commit to judge (this checkout as it is)")
    private @Nullable String candidate;

    @Option(
            names = "--candidate-patch",
            paramLabel = "FILE",
            description =
                    "Apply this patch to the candidate (to the baseline's commit, if none is named) before it is built")
    private @Nullable Path patch;

    @Option(
            names = "--confirm-blocks",
            paramLabel = "N",
            description = "Fresh blocks for cells that look worse in the first stage (16)")
    private int confirmBlocks = CONFIRM_BLOCKS;

    @Parameters(paramLabel = "PROFILE", description = "gate, full, or a file", defaultValue = "gate")
    private String name = "gate";

    @Override
    public Integer call() {
        final Profile profile = options.profile(name);
        final List<String> arguments = Arguments.of(spec);
        final Measuring measuring = new Measuring("gate", profile, options, results.store(), arguments);
        if (Settings.isInside()) {
            measuring.compare(
                    Settings.baselineImage(),
                    new Source(Settings.commit(), Settings.isDirty(), Settings.baselineCommit()));
            return measuring.hold(session -> screenAndConfirm(session, profile));
        }
        final Checkout checkout = new Checkout(Settings.repository()
                .orElseThrow(() -> new LabException(
                        "the gate needs a checkout of the project. Fix: ./tailrace bench gate in one")));
        final String baselineCommit = checkout.commit(baseline);
        if (options.isDryRun()) {
            System.out.println("baseline: " + baselineCommit);
            return measuring.plan();
        }
        measuring.compare(Settings.image().orElse(checkout.directory()), new Source("", false, baselineCommit));
        measuring.check();
        return measuring.enclose(build(checkout, baselineCommit));
    }

    /// @return what the inner program must know
    private Map<String, String> build(final Checkout checkout, final String baselineCommit) {
        final RevisionBuilder builder = new RevisionBuilder(checkout, Settings.builds(), System.err);
        final Map<String, String> properties = new LinkedHashMap<>();
        properties.put(
                Settings.BASELINE_IMAGE,
                builder.build(baselineCommit, Optional.empty()).toString());
        properties.put(Settings.BASELINE_COMMIT, baselineCommit);
        if (candidate != null || patch != null) {
            final String commit = candidate == null ? baselineCommit : checkout.commit(candidate);
            properties.put(
                    Settings.IMAGE,
                    builder.build(commit, Optional.ofNullable(patch)).toString());
            properties.put(Settings.COMMIT, commit);
            properties.put(Settings.DIRTY, String.valueOf(patch != null));
        }
        return properties;
    }

    private void screenAndConfirm(final Session session, final Profile profile) {
        final List<CellResult> screen = session.measure(CellResult.SCREEN, profile.cells(), profile.blocks());
        final List<Cell> flagged =
                Screen.flagged(screen, session.record().backends(), Backends.BASELINE, Backends.OURS);
        if (!flagged.isEmpty()) {
            System.err.printf(
                    "tailrace bench gate: %d of %d cells look worse and are measured again: %s%n",
                    flagged.size(),
                    profile.cells().size(),
                    String.join(", ", flagged.stream().map(Cell::id).toList()));
            session.measure(CellResult.CONFIRM, flagged, confirmBlocks);
        }
    }
}
