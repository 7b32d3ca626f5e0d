package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.stack.ClientTaker;
import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.stack.PortForwards;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Forwards that are only remembered.
final class FakeForwards implements PortForwards {
    @Nullable
    HostException failure;

    private final List<PortForward> entries = new ArrayList<>();
    private int lastId;

    @Override
    public int add(
            final PortForward.Protocol protocol,
            final long hostHi,
            final long hostLo,
            final int hostPort,
            final long guestHi,
            final long guestLo,
            final int guestPort) {
        if (failure != null) {
            throw failure;
        }
        entries.add(new PortForward(++lastId, protocol, hostHi, hostLo, hostPort, guestHi, guestLo, guestPort));
        return lastId;
    }

    @Override
    public void fallBackTo(final int id, final long guestHi, final long guestLo) {
        throw new UnsupportedOperationException("guests of the drop-in are asked at one address");
    }

    @Override
    public void divertLoopback(final int id, final ClientTaker taker) {
        throw new UnsupportedOperationException("clients of the drop-in go one way");
    }

    @Override
    public boolean remove(final int id) {
        return entries.removeIf(entry -> entry.id() == id);
    }

    @Override
    public List<PortForward> list() {
        return List.copyOf(entries);
    }
}
