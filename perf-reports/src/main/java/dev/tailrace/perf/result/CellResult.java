package dev.tailrace.perf.result;

import dev.tailrace.perf.matrix.Cell;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// All blocks of one cell in one stage.
///
/// @param stage [#ONLY_STAGE], or of the gate [#SCREEN] or [#CONFIRM]
public record CellResult(Cell cell, String stage, List<Block> blocks) {
    public static final String ONLY_STAGE = "run";
    public static final String SCREEN = "screen";

    /// Fresh blocks of the cells in which the screen had found something.
    public static final String CONFIRM = "confirm";

    public CellResult {
        blocks = List.copyOf(blocks);
    }

    /// Who took part, in the order of first appearance in the samples.
    public Set<String> backends() {
        final Set<String> backends = new LinkedHashSet<>();
        blocks.forEach(block -> backends.addAll(block.samples().keySet()));
        return backends;
    }

    /// Every value of a backend in the blocks that count, in the order of the blocks.
    public double[] values(final String backend, final Metric metric) {
        return blocks.stream()
                .filter(Block::isValid)
                .map(block -> Optional.ofNullable(block.samples().get(backend)))
                .flatMap(Optional::stream)
                .map(sample -> sample.value(metric))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
    }

    /// The reasons of the samples of a backend that failed.
    public List<String> failures(final String backend) {
        return blocks.stream()
                .map(block -> Optional.ofNullable(block.samples().get(backend)))
                .flatMap(Optional::stream)
                .map(Sample::failure)
                .flatMap(Optional::stream)
                .toList();
    }
}
