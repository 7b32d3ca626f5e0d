package dev.tailrace.netstack.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.hostile.Frames;
import dev.tailrace.netstack.hostile.HostileWorld;
import java.util.List;
import java.util.function.Consumer;

/// Two worlds that differ in their poison only, a connection in each, made anew for each input.
final class Twins {
    /// The connection's port in the guest; its host is [Frames#SERVER], port 80.
    static final int GUEST_PORT = 40_000;

    /// The guest's next sequence number in the connection.
    static final int NEXT = 1_001;

    private static final byte[] NONE = {};

    private final List<HostileWorld> both = List.of(world(0x03), world(0xa5));
    private int stackNext;

    Twins() {
        each(world -> {
            world.in(Frames.arp(1, Frames.GUEST, Frames.GATEWAY));
            world.out();
            world.in(Frames.tcp(GUEST_PORT, Frames.SERVER, 80, Frames.SYN, NEXT - 1, 0, NONE));
            stackNext = world.only().seq() + 1;
            world.in(Frames.tcp(GUEST_PORT, Frames.SERVER, 80, Frames.ACK, NEXT, stackNext, NONE));
        });
    }

    private static HostileWorld world(final int poison) {
        return HostileWorld.options().poison(poison).small().ipv6().start();
    }

    /// What the guest acknowledges first in the connection.
    int stackNext() {
        return stackNext;
    }

    HostileWorld first() {
        return both.getFirst();
    }

    /// Does the same with both, and looks that both have done the same.
    void each(final Consumer<HostileWorld> action) {
        both.forEach(action);
        assertEquals(
                both.getFirst().traceHash(), both.getLast().traceHash(), "a byte was read that nobody had written");
    }

    /// All that was sent is well-formed, the stack works, and time leaves nothing.
    void finish() {
        each(world -> {
            world.link().take();
            world.expectWorking();
            world.expectNothingLeft();
        });
    }
}
