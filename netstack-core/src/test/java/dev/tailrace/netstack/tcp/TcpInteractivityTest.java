package dev.tailrace.netstack.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.RawTcp;
import dev.tailrace.netstack.testkit.Seg;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.testkit.SimStack;
import dev.tailrace.netstack.testkit.TcpBench;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Bulk beside messages that somebody waits for. The bench's own checker watches that no right edge moves left.
class TcpInteractivityTest {
    private static final long HOLD_MS = Interactivity.HOLD_NS / 1_000_000;
    private static final int FRAME_BYTES = 60_000;

    private final TcpBench bench = TcpBench.of("interactivity");
    private final RawTcp bulk = bench.established();
    private final SimHostStream bulkHost = bulk.host();
    private final RawTcp messages = bench.established();
    private final SimHostStream messagesHost = messages.host();
    private int sentBytes;
    private int askedBytes;
    private int answeredBytes;

    @Test
    void shouldBoundTheWindowOfBulkWhileMessagesCome() {
        final int before = upload(20);
        assertTrue(before > 2 * Interactivity.FLIGHT_BYTES_MEANWHILE, "a window of " + before);
        ask();
        assertTrue(upload(20) <= Interactivity.FLIGHT_BYTES_MEANWHILE, "the window is not bounded");
        bench.pass(HOLD_MS - 1);
        ask();
        bench.pass(HOLD_MS - 1);
        assertTrue(upload(20) <= Interactivity.FLIGHT_BYTES_MEANWHILE, "messages go on, and the window is open");
    }

    @Test
    void shouldOpenTheWindowAgainWhenMessagesEnd() {
        final int before = upload(20);
        ask();
        upload(20);
        bench.pass(HOLD_MS + 1);
        assertEquals(before, upload(20));
    }

    @Test
    void shouldBoundWhatIsInFlightToTheGuestWhileMessagesCome() {
        final int before = download();
        assertTrue(before > Interactivity.FLIGHT_BYTES_MEANWHILE, "in flight " + before);
        ask();
        assertTrue(download() <= Interactivity.FLIGHT_BYTES_MEANWHILE, "more in flight than the bound");
        bench.pass(HOLD_MS + 1);
        assertEquals(before, download());
    }

    @Test
    void shouldTakeAnAnswerOfTheHostForAMessage() {
        messagesHost.write(100);
        messages.expectData(1, 100);
        assertTrue(upload(20) <= Interactivity.FLIGHT_BYTES_MEANWHILE, "the window is not bounded");
    }

    // The last bytes of a super-segment's run follow others: nobody waits for them alone.
    @Test
    void shouldNotTakeTheRestOfAStreamForAMessage() {
        final int before = upload(20);
        final byte[] piece = bulk.frame(bulk.dataSegment(sentBytes + 1, 20_000));
        final byte[] rest = bulk.frame(bulk.dataSegment(sentBytes + 20_001, 100));
        sentBytes += 20_100;
        bench.sendTogether(piece, rest);
        bench.discard();
        assertEquals(before, upload(20));
    }

    @Test
    void shouldServeAnAnswerBetweenTheFramesOfBulk() {
        upload(20);
        final long withoutMessages = takenBeforeAnAnswer();
        assertTrue(withoutMessages > 3 * FRAME_BYTES, "the answer comes behind " + withoutMessages + " bytes anyway");
        ask();
        final long meanwhile = takenBeforeAnAnswer();
        assertTrue(meanwhile <= FRAME_BYTES, "the answer comes behind " + meanwhile + " bytes");
    }

    /// Bytes of bulk that the host has by the end of the turn that takes its answer, when the stack finds both at once.
    private long takenBeforeAnAnswer() {
        final byte[][] frames = new byte[10][];
        for (int frame = 0; frame < frames.length; frame++) {
            frames[frame] = bulk.frame(bulk.dataSegment(sentBytes + 1, FRAME_BYTES));
            sentBytes += FRAME_BYTES;
        }
        final long before = bulkHost.taken();
        final long answered = messagesHost.handed();
        final List<Long> taken = new ArrayList<>();
        watchTurns(() -> {}, () -> {
            if (taken.isEmpty() && messagesHost.handed() > answered) {
                taken.add(bulkHost.taken() - before);
            }
        });
        messagesHost.write(2_000);
        bench.sendTogether(frames);
        bench.discard();
        answeredBytes += 2_000;
        messages.ack(askedBytes + 1, answeredBytes + 1);
        bench.pass(HOLD_MS + 1);
        return taken.getFirst();
    }

    @Test
    void shouldNotBoundTheFlowThatAsks() {
        final int before = upload(20);
        bench.pass(HOLD_MS + 1);
        bulk.data(sentBytes + 1, 100);
        sentBytes += 100;
        bench.discard();
        assertEquals(before, upload(20));
    }

    @Test
    void shouldNotTakeFullSegmentsForMessages() {
        final int before = upload(20);
        messages.data(askedBytes + 1, 1_460);
        askedBytes += 1_460;
        bench.discard();
        assertEquals(before, upload(20));
    }

    /// An answer of the host's waits for one turn, and that is to be short; so one flow's bulk is
    /// received in each, and the next one's in the next.
    @Test
    void shouldReceiveBulkOfOneFlowInATurnWhileMessagesCome() {
        final List<SimHostStream> bulks = List.of(openWide(), openWide(), openWide());
        ask();
        final List<Integer> receivers = watchReceivers(bulks);
        bulks.forEach(each -> each.write(1 << 20));
        bench.settle();
        // In its first turn nobody knows yet that a flow is bulk.
        assertEquals(List.of(0b111, 0b001, 0b010, 0b100, 0b001, 0b010, 0b100), receivers.subList(0, 7));
    }

    /// A request comes behind what the guest has acknowledged of bulk, as all is one queue.
    @Test
    void shouldTakeARequestBeforeTheBulkThatAcknowledgementsLetOut() {
        final RawTcp tcp = bench.established();
        final SimHostStream host = tcp.host();
        tcp.in(Seg.ack().seq(1).ack(1).window(1 << 14));
        ask();
        host.write(4 << 20);
        final int piece = bench.drain().stream().mapToInt(Packet::payloadLength).sum() / 4;
        final long received = host.handed();
        final List<Long> atRequest = new ArrayList<>();
        final long asked = messagesHost.taken();
        watchTurns(() -> {}, () -> {
            if (atRequest.isEmpty() && messagesHost.taken() > asked) {
                atRequest.add(host.handed());
            }
        });
        bench.sendTogether(
                tcp.frame(Seg.ack().seq(1).ack(1 + piece).window(1 << 14)),
                tcp.frame(Seg.ack().seq(1).ack(1 + 2 * piece).window(1 << 14)),
                tcp.frame(Seg.ack().seq(1).ack(1 + 3 * piece).window(1 << 14)),
                messages.frame(messages.dataSegment(askedBytes + 1, 100)));
        assertTrue(host.handed() > received, "the acknowledgements let nothing out");
        final long turn = atRequest.getFirst() - received;
        assertTrue(
                turn <= TcpSegmentWriter.MAX_PAYLOAD_BYTES,
                "the request was taken in a turn that had received " + turn + " bytes of bulk by its end");
    }

    /// The guest's frames are one queue: a request comes behind the bulk that was sent before it.
    @Test
    void shouldTakeARequestBeforeTheGuestsBulk() {
        upload(2);
        ask();
        final long bulkBefore = bulkHost.taken();
        final long askedBefore = messagesHost.taken();
        final List<Long> atRequest = new ArrayList<>();
        watchTurns(() -> {}, () -> {
            if (atRequest.isEmpty() && messagesHost.taken() > askedBefore) {
                atRequest.add(bulkHost.taken());
            }
        });
        bench.sendTogether(
                bulk.frame(bulk.dataSegment(sentBytes + 1, FRAME_BYTES)),
                bulk.frame(bulk.dataSegment(sentBytes + FRAME_BYTES + 1, FRAME_BYTES)),
                messages.frame(messages.dataSegment(askedBytes + 1, 100)));
        assertEquals(bulkBefore, atRequest.getFirst(), "bulk was taken first");
        assertEquals(bulkBefore + 2 * FRAME_BYTES, bulkHost.taken());
    }

    @Test
    void shouldTakeTheGuestsBulkInOrderWhileMessagesCome() {
        upload(2);
        ask();
        final long before = bulkHost.taken();
        final int rounds = 10;
        for (int round = 0; round < rounds; round++) {
            final byte[] piece = bulk.frame(bulk.dataSegment(sentBytes + 1, FRAME_BYTES));
            final byte[] rest = bulk.frame(bulk.dataSegment(sentBytes + FRAME_BYTES + 1, 100));
            sentBytes += FRAME_BYTES + 100;
            bench.sendTogether(piece, rest, messages.frame(messages.dataSegment(askedBytes + 1, 100)));
            askedBytes += 100;
        }
        assertEquals(before + rounds * (FRAME_BYTES + 100L), bulkHost.taken());
        assertEquals(0, bench.sim().stack().counters().get(Counter.TCP_DUPLICATE_ACKS_OUT));
    }

    @Test
    void shouldCarryBulkBesideMessagesWithoutEnd() {
        final List<Integer> pauses = pausesOfBulk(1);
        assertTrue(pauses.stream().allMatch(each -> each <= Interactivity.MAX_PAUSE_TURNS + 1), "pauses " + pauses);
    }

    /// Half of the requests shall meet no bulk, so that it has less than half of the time between them.
    @Test
    void shouldCarryBulkSeldomWhileARequestComesEach250Turns() {
        final List<Integer> pauses = pausesOfBulk(250);
        assertTrue(pauses.stream().allMatch(each -> each >= Interactivity.MAX_PAUSE_TURNS), "pauses " + pauses);
    }

    /// @param everyTurns a message comes
    /// @return turns from one that carried the host's bulk to the next
    private List<Integer> pausesOfBulk(final int everyTurns) {
        final SimHostStream host = openWide();
        ask();
        host.write(1 << 20);
        final int[] turns = new int[1];
        final List<Integer> bulkTurns = new ArrayList<>();
        final long[] handed = new long[1];
        watchTurns(() -> handed[0] = host.handed(), () -> {
            if (host.handed() > handed[0]) {
                bulkTurns.add(turns[0]);
            }
            if (turns[0]++ % everyTurns == 0 && turns[0] < 20 * Interactivity.MAX_PAUSE_TURNS) {
                bench.sim().link().send(messages.frame(messages.dataSegment(askedBytes + 1, 1)));
                askedBytes++;
            }
        });
        bench.settle();
        final List<Integer> pauses = new ArrayList<>();
        for (int i = 1; i < bulkTurns.size(); i++) {
            pauses.add(bulkTurns.get(i) - bulkTurns.get(i - 1));
        }
        assertTrue(pauses.size() > 3, "bulk's turns " + bulkTurns);
        return pauses;
    }

    @Test
    void shouldSendAnAnswerBeforeTheBulkThatWaits() {
        final List<SimHostStream> bulks = List.of(openWide(), openWide());
        ask();
        bulks.forEach(each -> each.write(1 << 20));
        final long framesBefore = framesOut();
        final List<Long> framesAtTurn = new ArrayList<>();
        watchTurns(
                () -> {
                    framesAtTurn.add(framesOut() - framesBefore);
                    if (framesAtTurn.size() == 1) {
                        messagesHost.write(100);
                    }
                },
                () -> {});
        final List<Integer> lengths =
                bench.drain().stream().map(Packet::payloadLength).toList();
        final int answer = lengths.indexOf(100);
        assertEquals(framesAtTurn.get(1), answer, "frames in the order they were sent: " + lengths);
        assertTrue(answer < lengths.size() - 1, "nothing follows the answer: " + lengths);
    }

    private long framesOut() {
        return bench.sim().stack().counters().get(Counter.FRAMES_OUT);
    }

    /// The host's end of a connection to whose guest much may be in flight.
    private SimHostStream openWide() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(1 << 14));
        return tcp.host();
    }

    /// From now on, for each turn in which any of the flows received from the host, which of them did: a
    /// bit each.
    private List<Integer> watchReceivers(final List<SimHostStream> flows) {
        final List<Integer> receivers = new ArrayList<>();
        final long[] before = new long[flows.size()];
        watchTurns(() -> Arrays.setAll(before, i -> flows.get(i).handed()), () -> {
            int bits = 0;
            for (int i = 0; i < before.length; i++) {
                bits |= flows.get(i).handed() > before[i] ? 1 << i : 0;
            }
            if (bits != 0) {
                receivers.add(bits);
            }
        });
        return receivers;
    }

    private void watchTurns(final Runnable before, final Runnable after) {
        final NetworkStack stack = bench.sim().stack();
        bench.sim().world().stack(new SimStack() {
            @Override
            public boolean doWork(final long nowNs) {
                before.run();
                final boolean hasMore = stack.doWork(nowNs);
                after.run();
                return hasMore;
            }

            @Override
            public long nextDeadlineNs() {
                return stack.nextDeadlineNs();
            }

            @Override
            public String describe() {
                return "watched";
            }
        });
    }

    /// @return the window that the last of `frames` full frames left advertised
    private int upload(final int frames) {
        for (int frame = 0; frame < frames; frame++) {
            bulk.data(sentBytes + 1, FRAME_BYTES);
            sentBytes += FRAME_BYTES;
        }
        return bulk.look(bench.drain().getLast()).windowBytes();
    }

    /// Opens the guest's window wide, has the host write far more, and takes all of it.
    ///
    /// @return most bytes that were in flight
    private int download() {
        final RawTcp tcp = bench.established();
        tcp.in(Seg.ack().seq(1).ack(1).window(1 << 14));
        final int writtenBytes = 4 << 20;
        tcp.host().write(writtenBytes);
        int most = 0;
        int receivedBytes = 0;
        while (receivedBytes < writtenBytes) {
            final List<Packet> frames = bench.drain();
            final int flight = frames.stream().mapToInt(Packet::payloadLength).sum();
            assertTrue(flight > 0, "nothing comes behind " + receivedBytes);
            most = Math.max(most, flight);
            receivedBytes += flight;
            tcp.in(Seg.ack().seq(1).ack(1 + receivedBytes).window(1 << 14));
        }
        bench.discard();
        return most;
    }

    private void ask() {
        messages.data(askedBytes + 1, 100);
        askedBytes += 100;
        bench.discard();
    }
}
