package dev.tailrace.netstack.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.testkit.GuestOptions;
import dev.tailrace.netstack.testkit.GuestTcp;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.LinkRule;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.Sim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One short connection, and one thing done to each of its frames in turn.
class OneFaultSimTest {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int PORT = 9_000;
    private static final int UP_BYTES = 12_345;
    private static final int DOWN_BYTES = 23_456;
    private static final int MOST_FRAMES = 40;

    /// Who ends first.
    enum Ending {
        GUEST,
        HOST
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void shouldSurviveTheLossOfAnyOneFrame(final Ending ending) {
        for (int number = 1; number <= MOST_FRAMES; number++) {
            transfer("one-loss", ending, LinkRule.dropFromGuest(number, packet -> true));
            transfer("one-loss", ending, LinkRule.dropFromStack(number, packet -> true));
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void shouldSurviveTheLossOfTwoFramesInARow(final Ending ending) {
        for (int number = 1; number <= MOST_FRAMES; number++) {
            for (final boolean isFromStack : new boolean[] {true, false}) {
                final LinkRule first = LinkRule.nth(isFromStack, number, packet -> true, LinkRule.DROP);
                final LinkRule second = LinkRule.nth(isFromStack, number + 1, packet -> true, LinkRule.DROP);
                transfer(
                        "two-losses",
                        ending,
                        (direction, packet) ->
                                Math.min(first.judge(direction, packet), second.judge(direction, packet)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {300_000, 30_000_000, 900_000_000})
    void shouldSurviveTheDelayOfAnyOneFrame(final long delayNs) {
        for (int number = 1; number <= MOST_FRAMES; number++) {
            transfer("one-delay", Ending.GUEST, LinkRule.nth(true, number, packet -> true, delayNs));
            transfer("one-delay", Ending.HOST, LinkRule.nth(false, number, packet -> true, delayNs));
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void shouldSurviveTheRefusalOfAnyOneFrame(final Ending ending) {
        for (int number = 1; number <= MOST_FRAMES; number++) {
            final int refused = number;
            final Sim sim = Sim.of("one-refusal", refused).start();
            sim.link().refuseNth(refused);
            run(sim, ending);
        }
    }

    @Test
    void shouldRecoverFromTheLossOfTheThirdAcknowledgement() {
        transfer(
                "third-ack",
                Ending.GUEST,
                LinkRule.dropFromStack(3, packet -> packet.flags() == Packet.ACK && packet.payloadLength() == 0));
    }

    @Test
    void shouldConnectWhenSynAckIsHeld() {
        transfer(
                "held-syn-ack",
                Ending.GUEST,
                LinkRule.nth(true, 1, packet -> packet.has(Packet.SYN | Packet.ACK), 1_500_000_000L));
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void shouldEndWhenEveryFirstFinIsLost(final Ending ending) {
        final LinkRule ours = LinkRule.dropFromStack(1, packet -> packet.has(Packet.FIN));
        final LinkRule theirs = LinkRule.dropFromGuest(1, packet -> packet.has(Packet.FIN));
        transfer(
                "lost-fins",
                ending,
                (direction, packet) -> Math.min(ours.judge(direction, packet), theirs.judge(direction, packet)));
    }

    private static void transfer(final String name, final Ending ending, final LinkRule rule) {
        final Sim sim = Sim.of(name, 1).start();
        sim.link().rule(rule);
        run(sim, ending);
    }

    private static void run(final Sim sim, final Ending ending) {
        final HostScript script = HostScript.source(DOWN_BYTES);
        sim.host().script(PORT, ending == Ending.GUEST ? script.endsAfterGuest() : script);
        final GuestOptions options = new GuestOptions().write(UP_BYTES).receiveBuffer(8_000);
        final GuestTcp tcp = sim.guest()
                .connect(
                        Sim.SERVER,
                        PORT,
                        ending == Ending.GUEST ? options.closeAfterWrite() : options.closeAfterPeer());
        sim.world().runUntil(() -> tcp.isFinished() || tcp.isDead(), 60 * SECOND_NS);
        sim.world().verify(() -> {
            assertFalse(tcp.isReset(), tcp + " was reset");
            assertEquals(DOWN_BYTES, tcp.received());
            assertEquals(UP_BYTES, sim.host().stream(PORT).taken());
        });
        sim.finish(30 * SECOND_NS);
        sim.world().verify(() -> assertTrue(sim.host().stream(PORT).isClosed(), "the stream was not closed in order"));
    }
}
