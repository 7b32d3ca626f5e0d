package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.TcpBench;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// More readers that do not read than there is memory for.
class TcpSlowReadersTest {
    private static final int MEMORY_BYTES = 2 << 20;
    private static final int READERS = 300;
    private static final int BYTES = 100_000;

    private final TcpBench bench = new TcpBench(Sim.of("slow-readers", 1).memory(MEMORY_BYTES));
    private final RawTcp[] readers = new RawTcp[READERS];

    @BeforeEach
    void open() {
        for (int index = 0; index < READERS; index++) {
            readers[index] = bench.tcp(41_000 + index, Sim.SERVER, 1_000 + index);
        }
    }

    @Test
    void shouldLeaveMemoryToOthersWhenGuestsDoNotRead() {
        for (final RawTcp reader : readers) {
            offer(reader, 0);
        }
        bench.pass(30_000);
        bench.discard();
        assertTrue(bench.sim().stack().slabUsedBytes() <= MEMORY_BYTES * 3 / 4, used());
        final RawTcp other = bench.tcp().handshake();
        other.host().write(3_000);
        other.expectData(1, 3_000);
    }

    /// Windows that take a part of a ring: what they do not take is not fetched either.
    @Test
    void shouldHoldNothingBackForWindowsThatCloseWhenMemoryIsScarce() {
        for (final RawTcp reader : readers) {
            offer(reader, 40);
            bench.discard();
            reader.in(Seg.ack().seq(1).ack(1 + 40 * 128).window(0));
            bench.discard();
        }
        assertTrue(bench.sim().stack().slabUsedBytes() <= MEMORY_BYTES / 2 + (64 << 10), used());
        assertEquals(40 * 128, readers[READERS - 1].host().handed());
    }

    /// The window's update was lost: without a byte of its own in hand, a flow asks for it all the same.
    @Test
    void shouldProbeAWindowForWhichNothingIsTaken() {
        for (final RawTcp reader : readers) {
            offer(reader, 0);
        }
        bench.discard();
        final RawTcp last = readers[READERS - 1];
        assertEquals(0, last.host().handed());
        bench.pass(2_000);
        assertTrue(
                bench.drain().stream()
                        .anyMatch(packet ->
                                packet.destinationPort() == last.addresses().sourcePort()
                                        && packet.flags() == Packet.ACK
                                        && packet.seq() == last.stackIss()
                                        && packet.payloadLength() == 0),
                "no probe");
        assertFalse(last.host().isGone());
        last.in(Seg.ack().seq(1).ack(1).window(512));
        assertTrue(last.host().handed() > 0);
        assertTrue(bench.drain().stream().anyMatch(packet -> packet.payloadLength() > 0), "no data");
    }

    @Test
    void shouldLeaveMemoryToOthersWhenHostsDoNotRead() {
        bench.sim().host().otherwise(HostScript.manual().buffers(1_000, 200_000));
        for (final RawTcp reader : readers) {
            reader.handshake();
            reader.host().reading(false);
            reader.data(1, 16_000);
            bench.discard();
        }
        assertTrue(bench.sim().stack().slabUsedBytes() <= MEMORY_BYTES * 3 / 4, used());
        final RawTcp other = bench.tcp().handshake();
        other.host().write(3_000);
        other.expectData(1, 3_000);
    }

    /// A connection whose guest tells this window, to which the host has bytes to send.
    private static void offer(final RawTcp reader, final int window) {
        reader.in(reader.linuxSyn());
        reader.expectSynAck();
        reader.in(Seg.ack().seq(1).ack(1).window(window));
        reader.host().write(BYTES);
    }

    private String used() {
        return bench.sim().stack().slabUsedBytes() + " of " + MEMORY_BYTES + " bytes";
    }
}
