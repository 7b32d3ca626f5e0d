package dev.tailrace.netstack.ip;

import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.timer.TimerQueue;
import dev.tailrace.netstack.wire.Icmpv4Flyweight;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/// Puts fragments of the guest together, in a fixed pool (RFC 791 section 3.2, RFC 8200 section 4.5). Owned by the
/// stack.
///
/// A datagram of which fragments overlap is given up as a whole and stays so until its timeout (RFC 5722, here for both
/// families); an exact duplicate of a fragment is ignored. When the pool is full the oldest datagram goes.
///
/// A datagram put together stays in its place after it was handed out, because a send to the host may still be queued.
/// Such places are used anew after `flush` has run.
public final class Reassembly {
    /// Datagrams at a time.
    public static final int CAPACITY = 16;

    /// From the first fragment seen to the end of the attempt (RFC 1122 section 3.3.2 says 60 to 120 s; Linux 30
    /// s).
    public static final long TIMEOUT_NS = 30_000_000_000L;

    private final TimerQueue timers;
    private final IpEgress egress;
    private final Counters counters;
    private final Runnable flush;
    private final PartialDatagram[] pool = new PartialDatagram[CAPACITY];
    private final PartialDatagram none = new PartialDatagram(this);
    private PartialDatagram done = none;

    /// @param egress takes the ICMP errors about datagrams that timed out
    /// @param flush makes all queued sends happen, so that the datagrams handed out are not looked at any more
    public Reassembly(final TimerQueue timers, final IpEgress egress, final Counters counters, final Runnable flush) {
        this.timers = timers;
        this.egress = egress;
        this.counters = counters;
        this.flush = flush;
        for (int index = 0; index < CAPACITY; index++) {
            pool[index] = new PartialDatagram(this);
        }
    }

    /// Takes one fragment.
    ///
    /// @param packet holds it
    /// @return whether a datagram is complete: then see [#buffer], [#ipOffset] and [#totalLength]
    public boolean onFragment(final MutableDirectBuffer packet, final Fragment fragment, final long nowNs) {
        counters.increment(Counter.FRAGMENTS_IN);
        if (!fragment.isWellFormed()) {
            counters.increment(Counter.DROP_FRAGMENT_BAD);
            return false;
        }
        PartialDatagram datagram = find(fragment);
        if (datagram == null) {
            datagram = place();
            datagram.start(fragment, nowNs);
            timers.arm(datagram, nowNs + TIMEOUT_NS);
        }
        if (datagram.state == PartialDatagram.POISONED) {
            counters.increment(Counter.DROP_FRAGMENT_OVERLAP);
            return false;
        }
        final int added = datagram.add(packet, fragment);
        if (added == FragmentMap.DUPLICATE) {
            counters.increment(Counter.DROP_FRAGMENT_DUPLICATE);
            return false;
        }
        if (added == FragmentMap.OVERLAP) {
            counters.increment(Counter.DROP_FRAGMENT_OVERLAP);
            datagram.state = PartialDatagram.POISONED;
            return false;
        }
        return datagram.isComplete() && finish(datagram);
    }

    private boolean finish(final PartialDatagram datagram) {
        timers.disarm(datagram);
        if (!datagram.isSendable()) {
            datagram.state = PartialDatagram.FREE;
            counters.increment(Counter.DROP_FRAGMENT_BAD);
            return false;
        }
        datagram.finish();
        datagram.state = PartialDatagram.HANDED_OUT;
        done = datagram;
        counters.increment(Counter.DATAGRAMS_REASSEMBLED);
        return true;
    }

    private @Nullable PartialDatagram find(final Fragment fragment) {
        for (final PartialDatagram datagram : pool) {
            final boolean isOpen =
                    datagram.state == PartialDatagram.FILLING || datagram.state == PartialDatagram.POISONED;
            if (isOpen && datagram.hasKeyOf(fragment)) {
                return datagram;
            }
        }
        return null;
    }

    /// A free place: one never used or given back, else one handed out, else that of the oldest datagram.
    private PartialDatagram place() {
        PartialDatagram oldest = none;
        boolean anyHandedOut = false;
        for (final PartialDatagram datagram : pool) {
            if (datagram.state == PartialDatagram.FREE) {
                return datagram;
            }
            if (datagram.state == PartialDatagram.HANDED_OUT) {
                anyHandedOut = true;
            } else if (oldest == none || datagram.startedNs - oldest.startedNs < 0) {
                oldest = datagram;
            }
        }
        if (anyHandedOut) {
            return reclaim();
        }
        counters.increment(Counter.DROP_FRAGMENT_NO_BUFFER);
        return oldest;
    }

    private PartialDatagram reclaim() {
        flush.run();
        PartialDatagram free = none;
        for (final PartialDatagram datagram : pool) {
            if (datagram.state == PartialDatagram.HANDED_OUT) {
                datagram.state = PartialDatagram.FREE;
                free = datagram;
            }
        }
        return free;
    }

    void onTimeout(final PartialDatagram datagram, final long nowNs) {
        final boolean isTold = datagram.state == PartialDatagram.FILLING && datagram.hasFirst();
        datagram.state = PartialDatagram.FREE;
        counters.increment(Counter.DROP_FRAGMENT_TIMEOUT);
        if (isTold) {
            egress.icmpError(
                    Icmpv4Flyweight.TIME_EXCEEDED,
                    Icmpv4Flyweight.REASSEMBLY_TIME_EXCEEDED,
                    0,
                    0,
                    0,
                    datagram.buffer(),
                    datagram.ipOffset(),
                    datagram.firstFragmentLength(),
                    nowNs);
        }
    }

    /// Holds the datagram completed last.
    public UnsafeBuffer buffer() {
        return done.buffer();
    }

    /// Where its IP header starts.
    public int ipOffset() {
        return done.ipOffset();
    }

    /// Length of its header and payload in bytes.
    public int totalLength() {
        return done.totalLength();
    }
}
