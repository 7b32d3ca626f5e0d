package dev.tailrace.perf.result;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The turns of every backend of a cell, in a random order; one sample each.
///
/// @param number from 0
/// @param order ids of the backends as they took turns; each is there as often as it did
/// @param objections why the block does not count, one line each; none if it does
/// @param samples by the id of the backend
public record Block(int number, List<String> order, Noise noise, List<String> objections, Map<String, Sample> samples) {
    public Block {
        order = List.copyOf(order);
        objections = List.copyOf(objections);
        samples = Collections.unmodifiableMap(new LinkedHashMap<>(samples));
    }

    public boolean isValid() {
        return objections.isEmpty();
    }

    /// The same block with one objection more.
    public Block with(final String objection) {
        final List<String> all = new ArrayList<>(objections);
        all.add(objection);
        return new Block(number, order, noise, all, samples);
    }
}
