package dev.tailrace.netstack.sim;

import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.testkit.GuestOptions;
import dev.tailrace.netstack.testkit.GuestTcp;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Impairment;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimLink;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/// One bulk transfer in virtual time, and its line of the table.
///
/// @param isUp from guest to host
/// @param bufferKib every buffer on the way: the stack's ring and window, the guest's, and both of the host's socket
/// @param lossPerMille frames lost on the link, each way
/// @param roundTripUs of the link alone
record ThroughputCell(boolean isUp, int bufferKib, int lossPerMille, long roundTripUs) {
    static final String HEADING =
            "dir  buffer  loss  round trip |     Mbit/s | frames out | sent again | pure ACKs per MiB\n"
                    + "      (KiB)   (%)        (ms) |            | (by stack) | (segments) |        (by stack)\n";

    private static final int PORT = 5_001;
    private static final int BYTES = 16 << 20;
    private static final long LIMIT_NS = 10_000_000_000_000L;

    String run() {
        final TcpConfig usual = TcpConfig.DEFAULT;
        final int bufferBytes = bufferKib << 10;
        final Sim sim = Sim.of("throughput-matrix", seed())
                .tcp(new TcpConfig(
                        usual.maxFlows(),
                        usual.maxHalfOpen(),
                        bufferBytes,
                        usual.keepAliveIdleNs(),
                        usual.halfClosedIdleNs()))
                .start();
        final Impairment link = Impairment.NONE.with(lossPerMille, 0, 0).timed(roundTripUs * 500, 0, 0);
        sim.link().impair(link, link);
        final Tally tally = new Tally(isUp);
        sim.link().observe(tally);
        final HostScript host = isUp ? HostScript.sink() : HostScript.source(BYTES);
        sim.host().script(PORT, host.buffers(bufferBytes, bufferBytes));
        // One segment a frame, so that a frame lost is a segment lost. Our own go out as super-segments.
        final GuestOptions options =
                new GuestOptions().receiveBuffer(bufferBytes).withoutGso();
        final long beginNs = sim.world().nowNs();
        final GuestTcp tcp = sim.guest()
                .connect(Sim.SERVER, PORT, isUp ? options.write(BYTES).closeAfterWrite() : options.closeAfterPeer());
        final BooleanSupplier isDone = isUp
                ? () -> sim.host().hasStream(PORT) && sim.host().stream(PORT).bytesRead() == BYTES
                : () -> tcp.bytesRead() == BYTES;
        sim.world().runUntil(isDone, LIMIT_NS);
        final long tookNs = sim.world().nowNs() - beginNs;
        final String line = line(tookNs, tally);
        sim.finish(LIMIT_NS);
        return line;
    }

    /// One for each cell, so that not all of them lose the same frames.
    private long seed() {
        return (((isUp ? 1L : 0L) * 10_000 + bufferKib) * 1_000 + lossPerMille) * 1_000_000 + roundTripUs;
    }

    private String line(final long tookNs, final Tally tally) {
        return String.format(
                Locale.ROOT,
                "%-4s %6d %5.1f %11.1f | %10.3f | %10d | %10d | %17.2f\n",
                isUp ? "up" : "down",
                bufferKib,
                lossPerMille / 10.0,
                roundTripUs / 1e3,
                BYTES * 8_000.0 / tookNs,
                tally.framesOut,
                tally.sentAgain,
                tally.pureAcknowledgements * (double) (1 << 20) / BYTES);
    }

    /// Counts what passes the link until the last byte has arrived.
    private static final class Tally implements SimLink.Observer {
        private final boolean isUp;
        private long framesOut;
        private long pureAcknowledgements;
        private long sentAgain;
        private boolean hasBegun;
        private int highest;

        Tally(final boolean isUp) {
            this.isUp = isUp;
        }

        @Override
        public void seen(final boolean isFromStack, final Packet packet) {
            if (isFromStack) {
                framesOut++;
            }
            if (!packet.isTcp()) {
                return;
            }
            if (isFromStack && packet.sequenceLength() == 0 && packet.flags() == Packet.ACK) {
                pureAcknowledgements++;
            }
            if (isFromStack != isUp && packet.payloadLength() > 0) {
                payload(packet);
            }
        }

        private void payload(final Packet packet) {
            final int end = packet.seq() + packet.payloadLength();
            if (hasBegun && packet.seq() - highest < 0) {
                sentAgain++;
            }
            if (!hasBegun || end - highest > 0) {
                highest = end;
                hasBegun = true;
            }
        }
    }
}
