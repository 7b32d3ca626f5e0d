package dev.tailrace.bench.stack;

import dev.tailrace.netstack.stack.NetworkStack;
import dev.tailrace.netstack.stack.StackConfig;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.tcp.TcpConfig;
import dev.tailrace.netstack.udp.UdpConfig;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/// The product's stack between a [FrameLink] and a [FakeHost], with a clock that a turn moves on.
public final class StackUnderTest {
    private static final long SECRET_HI = 1;
    private static final long SECRET_LO = 2;
    private static final long TURN_NS = 10_000;
    private static final int ALIGNMENT = 64;

    /// Time before which nothing is idle: a second.
    private static final long START_NS = 1_000_000_000L;

    private final FrameLink link;
    private final FakeHost host = new FakeHost();
    private final NetworkStack stack;
    private long nowNs = START_NS;

    /// @param guest gets what the stack transmits
    /// @param maxFlows TCP flows at a time
    public StackUnderTest(final FrameLink.Receiver guest, final int maxFlows) {
        final TcpConfig tcp = TcpConfig.DEFAULT.withFlows(maxFlows, TcpConfig.DEFAULT.maxHalfOpen());
        link = new FrameLink(guest);
        stack = new NetworkStack(
                new StackConfig(GuestFrames.NETWORK, tcp, UdpConfig.DEFAULT, SECRET_HI, SECRET_LO),
                link,
                host,
                host,
                new DirectMemory(),
                new UnsafeBuffer(BufferUtil.allocateDirectAligned(NetworkStack.MIN_READ_AREA_LENGTH, ALIGNMENT)),
                new Counters());
    }

    /// Towards the guest.
    public FrameLink link() {
        return link;
    }

    /// Towards the host.
    public FakeHost host() {
        return host;
    }

    /// TCP flows now.
    public int tcpFlowCount() {
        return stack.tcpFlowCount();
    }

    /// Turns until there is nothing more to do at once.
    public void work() {
        do {
            nowNs += TURN_NS;
        } while (stack.doWork(nowNs));
    }
}
