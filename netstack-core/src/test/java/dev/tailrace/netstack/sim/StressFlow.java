package dev.tailrace.netstack.sim;

import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.stack.PortForward;
import dev.tailrace.netstack.testkit.GuestHost;
import dev.tailrace.netstack.testkit.GuestOptions;
import dev.tailrace.netstack.testkit.GuestTcp;
import dev.tailrace.netstack.testkit.HostScript;
import dev.tailrace.netstack.testkit.Packet;
import dev.tailrace.netstack.testkit.Sim;
import dev.tailrace.netstack.testkit.SimHostStream;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection of a [StressRun]: what each end writes, when it ends its direction, whether it stops reading for a
/// while, and whether and how the connection breaks.
final class StressFlow {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final int PORT = 7_000;
    private static final int CLIENT = 0xcb00_7109;
    private static final int[] ERRNOS = {HostErrno.ECONNRESET, HostErrno.EPIPE, HostErrno.ETIMEDOUT};

    private final SplittableRandom random;
    private final int port;
    private final boolean isFromHost;
    private final Break breaks;
    private final long up;
    private final long down;
    private final HostScript script;
    private final GuestOptions options;
    private @Nullable GuestTcp tcp;
    private @Nullable SimHostStream stream;
    private boolean isAborted;

    /// How a connection ends before its time.
    enum Break {
        NONE,
        GUEST_RESETS,
        HOST_RESETS,
        HOST_BREAKS_IN_A_CALL
    }

    StressFlow(final int index, final int mtu, final SplittableRandom random) {
        this.random = random;
        port = PORT + index;
        isFromHost = random.nextInt(4) == 0;
        final Break[] all = Break.values();
        breaks = random.nextInt(5) < 3 ? Break.NONE : all[random.nextInt(all.length)];
        up = size();
        down = size();
        script = script();
        options = options(mtu);
    }

    boolean isFromHost() {
        return isFromHost;
    }

    /// Has the guest connect.
    void connect(final Sim sim, final GuestHost guest) {
        sim.host().script(port, script);
        tcp = guest.connect(Sim.SERVER, port, options);
        schedule(sim, guest);
    }

    /// Has a client of the host connect to a port that is published for it.
    void accepted(final Sim sim, final GuestHost guest) {
        guest.listen(port, () -> options);
        sim.stack()
                .forwards()
                .add(
                        PortForward.Protocol.TCP,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(0),
                        port,
                        IpAddress.IPV4_HI,
                        IpAddress.ipv4Lo(guest.address()),
                        port);
        stream = sim.host().client(port, CLIENT, port, script);
        schedule(sim, guest);
    }

    /// Whether nothing more is to come, as far as both ends can know.
    boolean isOver() {
        final GuestTcp guest = tcp;
        final SimHostStream host = stream;
        if (breaks == Break.NONE) {
            return guest != null && isFinished(guest) && host != null && host.isClosed() && host.hasSeenEnd();
        }
        return host == null ? guest != null && guest.isDead() : host.isGone();
    }

    /// What it must have come to.
    void verify() {
        final GuestTcp guest = tcp;
        final SimHostStream host = stream;
        if (breaks == Break.NONE) {
            require(host != null, "no stream");
            require(guest != null && isFinished(guest), "the guest's end was not in order");
            require(guest.acknowledged() == up || guest.isReset(), "the guest's bytes are not acknowledged");
            require(guest.received() == down, "the guest has not received all");
            require(host.taken() == up && host.bytesRead() == up, "the host has not received all");
            require(host.hasSeenEnd() && host.isClosed(), "the host's end was not in order");
        } else if (host != null) {
            require(host.taken() <= up, "more than was sent");
            require(guest == null || guest.received() <= down, "more than was sent");
            require(
                    !isAborted || hasHostAll() || host.isReset() || host.isBroken(),
                    "the guest reset, and the host was told an end in order");
        }
    }

    private void schedule(final Sim sim, final GuestHost guest) {
        watch(sim, guest);
        if (random.nextInt(3) == 0) {
            final long atNs = random.nextLong(SECOND_NS);
            final long durationNs = random.nextLong(20 * SECOND_NS);
            sim.world().after(atNs, () -> withGuest(present -> present.reading(false)));
            sim.world().after(atNs + durationNs, () -> withGuest(present -> present.reading(true)));
        }
        if (random.nextInt(3) == 0) {
            final long atNs = random.nextLong(SECOND_NS);
            final long durationNs = random.nextLong(20 * SECOND_NS);
            sim.world().after(atNs, () -> withHost(present -> present.reading(false)));
            // A process reads on after the stack has closed.
            sim.world().after(atNs + durationNs, () -> {
                if (stream != null) {
                    stream.reading(true);
                }
            });
        }
        final long breakNs = random.nextInt(3) == 0 ? random.nextLong(20 * SECOND_NS) : random.nextLong(SECOND_NS / 2);
        if (breaks == Break.GUEST_RESETS) {
            sim.world().after(breakNs, () -> withGuest(this::abort));
        } else if (breaks == Break.HOST_RESETS) {
            final int errno = ERRNOS[random.nextInt(ERRNOS.length)];
            sim.world().after(breakNs, () -> withHost(present -> present.fail(errno)));
        }
        // However it broke: in the end the guest's process ends, and a client gives up.
        if (breaks != Break.NONE) {
            sim.world().after(200 * SECOND_NS, () -> withGuest(this::abort));
            sim.world().after(400 * SECOND_NS, () -> withHost(present -> present.fail(HostErrno.ECONNRESET)));
        }
    }

    /// Finds the end that the stack makes.
    private void watch(final Sim sim, final GuestHost guest) {
        if (tcp == null) {
            tcp = guest.connections().stream()
                    .filter(other -> other.addresses().destinationPort() == port)
                    .findFirst()
                    .orElse(null);
        }
        if (stream == null && sim.host().hasStream(port)) {
            stream = sim.host().stream(port);
        }
        if (tcp == null || stream == null) {
            sim.world().after(1_000_000, () -> watch(sim, guest));
        }
    }

    private void abort(final GuestTcp present) {
        if (present.isOpen()) {
            isAborted = true;
            present.abort();
        } else {
            present.vanish();
        }
    }

    /// Both directions have ended in order. A RST changes nothing any more when it answers a late copy
    /// of a segment: also one of a FIN that the stack has taken and whose acknowledgements were all
    /// lost, beyond the 2 s of TIME-WAIT.
    private boolean isFinished(final GuestTcp guest) {
        return guest.isFinished() || (guest.isReset() && guest.hasPeerEnded() && hasHostAll());
    }

    private boolean hasHostAll() {
        final SimHostStream host = stream;
        return host != null && host.isOutputShut() && host.taken() == up;
    }

    private void withGuest(final Consumer<GuestTcp> action) {
        if (tcp != null && !tcp.isDead()) {
            action.accept(tcp);
        }
    }

    private void withHost(final Consumer<SimHostStream> action) {
        if (stream != null && !stream.isGone()) {
            action.accept(stream);
        }
    }

    private long size() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> random.nextLong(1, 200);
            case 2 -> random.nextLong(1, 400_000);
            default -> random.nextLong(1, 60_000);
        };
    }

    private HostScript script() {
        final HostScript host = HostScript.source(down)
                .nuisances(random.nextInt(700), random.nextInt(300), random.nextInt(200))
                .connectsAfter(random.nextLong(100_000_000));
        if (random.nextBoolean()) {
            host.endsAfterGuest();
        }
        if (random.nextInt(3) == 0) {
            host.buffers(random.nextInt(2_000, 60_000), random.nextInt(2_000, 60_000));
        }
        if (random.nextInt(3) == 0) {
            host.slowReader(random.nextInt(2_000, 30_000), random.nextLong(30_000_000));
        }
        if (random.nextInt(3) == 0) {
            host.writingSlowly(random.nextInt(500, 20_000), random.nextLong(30_000_000));
        }
        if (breaks == Break.HOST_BREAKS_IN_A_CALL) {
            host.breaksAtCall(random.nextInt(1, 60), ERRNOS[random.nextInt(ERRNOS.length)]);
        }
        return host;
    }

    /// At least one end ends its direction on its own account, so that the connection ends at all.
    private GuestOptions options(final int mtu) {
        final GuestOptions guest = new GuestOptions()
                .initialSequence(random.nextInt(3) == 0 ? -1 - random.nextInt(100_000) : random.nextInt())
                .mss(random.nextInt(300, mtu - 39))
                .receiveBuffer(random.nextInt(3_000, 400_000))
                .write(up);
        if (random.nextBoolean()) {
            guest.withoutGso();
        }
        if (random.nextBoolean()) {
            guest.withoutDelayedAck();
        }
        if (random.nextInt(4) == 0) {
            guest.windowScale(Packet.ABSENT);
        }
        if (random.nextInt(4) == 0) {
            guest.slowReader(random.nextInt(500, 20_000), random.nextLong(20_000_000));
        }
        if (random.nextInt(4) == 0) {
            guest.probeWithPayload();
        }
        if (random.nextInt(4) == 0) {
            guest.withoutSack();
        }
        return script.isEndingAfterGuest() || random.nextBoolean() ? guest.closeAfterWrite() : guest.closeAfterPeer();
    }

    private void require(final boolean condition, final String message) {
        if (!condition) {
            throw new AssertionError(message + ": " + this);
        }
    }

    @Override
    public String toString() {
        return (isFromHost ? "client" : "guest") + " of port " + port + " breaks " + breaks + " up " + up + " down "
                + down + "\n" + tcp + "\n" + stream;
    }
}
