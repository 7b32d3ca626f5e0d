package dev.tailrace.netstack.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// A stack whose guest is the test itself: raw segments in, expected segments out, nothing happens by itself.
///
/// The link takes no time. Hosts are [HostScript#manual] unless told otherwise.
public final class TcpBench {
    static final int REMOTE_PORT = 80;
    static final int GUEST_PORT = 40_000;

    private final Sim sim;
    private final ArrayDeque<Packet> emitted = new ArrayDeque<>();
    private final List<Packet> arp = new ArrayList<>();
    private boolean isAnsweringArp = true;
    private int nextPort = GUEST_PORT;

    public TcpBench(final Sim.Options options) {
        sim = options.start();
        sim.link().impair(Impairment.NONE.timed(0, 0, 0), Impairment.NONE.timed(0, 0, 0));
        sim.link().guest(this::receive);
        sim.host().otherwise(HostScript.manual());
    }

    /// A stack with an MTU of 1,500.
    public static TcpBench of(final String name) {
        return new TcpBench(Sim.of(name, 1));
    }

    public Sim sim() {
        return sim;
    }

    /// A new connection of the guest to port 80 of a server, from a port of its own; nothing is sent yet.
    public RawTcp tcp() {
        return tcp(nextPort++, Sim.SERVER, REMOTE_PORT);
    }

    public RawTcp tcp(final int guestPort, final int remote, final int remotePort) {
        return new RawTcp(this, guestPort, remote, remotePort);
    }

    /// A connection whose handshake is done, the host connected.
    public RawTcp established() {
        return tcp().handshake();
    }

    /// Lets time pass.
    public void pass(final long milliseconds) {
        sim.world().runFor(milliseconds * 1_000_000);
    }

    /// Lets everything happen that is due now.
    public void settle() {
        sim.world().runFor(0);
    }

    /// Sends a frame of the guest.
    public void send(final byte[] frame) {
        sim.link().send(frame);
        settle();
    }

    /// Sends frames that the stack finds together when it looks.
    public void sendTogether(final byte[]... frames) {
        for (final byte[] frame : frames) {
            sim.link().send(frame);
        }
        settle();
    }

    /// Next frame other than ARP, or a failure.
    public Packet next() {
        settle();
        final Packet packet = emitted.poll();
        if (packet == null) {
            throw failure("expected a frame of the stack, got none");
        }
        return packet;
    }

    /// Nothing has come out.
    public void expectNothing() {
        settle();
        if (!emitted.isEmpty()) {
            throw failure("expected no frame, got " + emitted.peek());
        }
    }

    /// Forgets what has come out, and tells how much that was.
    public int discard() {
        settle();
        final int count = emitted.size();
        emitted.clear();
        return count;
    }

    /// What has come out and was not looked at.
    public List<Packet> drain() {
        settle();
        final List<Packet> all = new ArrayList<>(emitted);
        emitted.clear();
        return all;
    }

    /// ARP frames that have come out.
    public List<Packet> arp() {
        return arp;
    }

    public void answeringArp(final boolean now) {
        isAnsweringArp = now;
    }

    AssertionError failure(final String message) {
        try {
            sim.world().verify(() -> {
                throw new AssertionError(message);
            });
        } catch (final AssertionError e) {
            return e;
        }
        throw new IllegalStateException("a failure did not fail");
    }

    private void receive(final Packet packet) {
        if (packet.isArp()) {
            arp.add(packet);
            if (isAnsweringArp && packet.arpOperation() == 1) {
                sim.link().send(ArpFrames.reply(Sim.GUEST_MAC, sim.network().guest(), packet));
            }
            return;
        }
        emitted.add(packet);
    }
}
