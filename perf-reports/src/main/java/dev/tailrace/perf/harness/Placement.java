package dev.tailrace.perf.harness;

import dev.tailrace.perf.backend.Link;
import dev.tailrace.perf.lab.Affinity;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import java.util.BitSet;

/// A processor for the backend and the others for clients and servers. Where the scheduler puts them otherwise
/// changes from transfer to transfer, and with it what a byte costs, by a third and more. What a backend would gain
/// by several processors is not seen.
record Placement(BitSet ofBackend, BitSet ofEnds) {
    /// The first processor that we may use, and the rest.
    ///
    /// @throws LabException in one line, if there is only one
    static Placement here() {
        final BitSet allowed = Affinity.ofThread();
        if (allowed.cardinality() < 2) {
            throw new LabException("keeping backends and traffic on processors of their own needs two, and we may use"
                    + " only %s. Fix: --no-pin".formatted(allowed));
        }
        final int first = allowed.nextSetBit(0);
        final BitSet backend = new BitSet();
        backend.set(first);
        final BitSet ends = (BitSet) allowed.clone();
        ends.clear(first);
        return new Placement(backend, ends);
    }

    /// Real means that keep to it.
    Means of(final Lab lab) {
        final Means free = Means.of(lab);
        return new Means(
                (backend, mtu) -> {
                    // Started with all processors in view: a JVM chooses its collector by their number.
                    final Link link = free.starter().start(backend, mtu);
                    try {
                        link.process().ifPresent(process -> Affinity.restrict(process, ofBackend));
                        return link;
                    } catch (LabException failure) {
                        link.close();
                        throw failure;
                    }
                },
                (route, cell, seconds) -> {
                    final BitSet before = Affinity.ofThread();
                    Affinity.restrictThread(ofEnds);
                    try {
                        return free.carrier().carry(route, cell, seconds);
                    } finally {
                        Affinity.restrictThread(before);
                    }
                });
    }

    @Override
    public String toString() {
        return "backends on processor %s, clients and servers on %s".formatted(ofBackend, ofEnds);
    }
}
