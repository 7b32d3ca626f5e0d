package dev.tailrace.netstack.testkit;

import dev.tailrace.netstack.host.HostAcceptor;
import dev.tailrace.netstack.host.HostDatagram;
import dev.tailrace.netstack.host.HostDatagramListener;
import dev.tailrace.netstack.host.HostEcho;
import dev.tailrace.netstack.host.HostEchoListener;
import dev.tailrace.netstack.host.HostErrno;
import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.host.HostListener;
import dev.tailrace.netstack.host.HostSockets;
import dev.tailrace.netstack.host.HostStreamListener;
import dev.tailrace.netstack.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The host's sockets: streams that follow a [HostScript] chosen by port, listeners that a test lets clients come to,
/// and datagram sockets that send back what they get.
public final class SimHostSockets implements HostSockets {
    private final SimWorld world;
    private final Map<Integer, HostScript> scripts = new HashMap<>();
    private final List<SimHostStream> streams = new ArrayList<>();
    private final List<Destination> destinations = new ArrayList<>();
    private final Map<Integer, HostAcceptor> listening = new HashMap<>();
    private HostScript otherwise = HostScript.sink();
    private int lastErrno;
    private int failures;
    private int failureErrno;
    private int attempts;
    private int open;
    private int refused;

    /// Where a connection was made to.
    public record Destination(long hi, long lo, int port) {}

    public SimHostSockets(final SimWorld world) {
        this.world = world;
    }

    /// What the application at `port` does.
    public void script(final int port, final HostScript script) {
        scripts.put(port, script);
    }

    /// What applications at all other ports do.
    public void otherwise(final HostScript script) {
        otherwise = script;
    }

    /// Has the next `count` sockets not be made.
    public void failNext(final int count, final int errno) {
        failures = count;
        failureErrno = errno;
    }

    /// All streams ever, in order.
    public List<SimHostStream> streams() {
        return streams;
    }

    /// The last stream to `port`.
    public SimHostStream stream(final int port) {
        for (int index = streams.size() - 1; index >= 0; index--) {
            if (streams.get(index).port() == port) {
                return streams.get(index);
            }
        }
        throw new AssertionError("no stream to port " + port);
    }

    public boolean hasStream(final int port) {
        return streams.stream().anyMatch(stream -> stream.port() == port);
    }

    public List<Destination> destinations() {
        return destinations;
    }

    /// Calls of [#connect].
    public int attempts() {
        return attempts;
    }

    /// Streams that the stack has not closed.
    public int openStreams() {
        return open;
    }

    /// Clients that the stack did not take.
    public int refused() {
        return refused;
    }

    public boolean isListening(final int port) {
        return listening.containsKey(port);
    }

    /// Lets a client connect to `port` of the host. Its own port names the patterns.
    public SimHostStream client(final int port, final int address, final int clientPort, final HostScript script) {
        final HostAcceptor acceptor = listening.get(port);
        if (acceptor == null) {
            throw new AssertionError("nobody listens on port " + port);
        }
        final SimHostStream stream = add(script, clientPort);
        world.after(0, () -> {
            final HostStreamListener hears =
                    acceptor.onAccept(stream, IpAddress.IPV4_HI, IpAddress.ipv4Lo(address), clientPort);
            if (hears == null) {
                refused++;
                stream.reset();
            } else {
                stream.listener(hears);
                stream.accepted();
            }
        });
        return stream;
    }

    SimWorld world() {
        return world;
    }

    void gone() {
        open--;
    }

    @Override
    public @Nullable SimHostStream connect(
            final long addressHi, final long addressLo, final int port, final HostStreamListener listener) {
        attempts++;
        destinations.add(new Destination(addressHi, addressLo, port));
        final HostScript script = scripts.getOrDefault(port, otherwise);
        if (failures > 0 || script.refuseErrno != 0) {
            lastErrno = failures > 0 ? failureErrno : script.refuseErrno;
            failures = Math.max(0, failures - 1);
            return null;
        }
        final SimHostStream stream = add(script, port);
        stream.listener(listener);
        if (!script.isNeverAnswering) {
            world.after(script.connectDelayNs, () -> stream.connected(script.connectErrno));
        }
        return stream;
    }

    private SimHostStream add(final HostScript script, final int port) {
        final SimHostStream stream = new SimHostStream(this, script, port);
        streams.add(stream);
        open++;
        return stream;
    }

    @Override
    public HostListener listen(
            final long addressHi, final long addressLo, final int port, final HostAcceptor acceptor) {
        if (listening.putIfAbsent(port, acceptor) != null) {
            throw new HostException("bind " + port + ": EADDRINUSE", HostErrno.EADDRINUSE);
        }
        return () -> listening.remove(port, acceptor);
    }

    @Override
    public @Nullable HostDatagram datagram(final boolean ipv6, final HostDatagramListener listener) {
        return new SimHostDatagram(world, listener, 0);
    }

    @Override
    public HostDatagram datagramBoundTo(
            final long addressHi, final long addressLo, final int port, final HostDatagramListener listener) {
        return new SimHostDatagram(world, listener, port);
    }

    @Override
    public @Nullable HostEcho echo(final boolean ipv6, final HostEchoListener listener) {
        return new SimHostEcho(world, listener);
    }

    @Override
    public int lastErrno() {
        return lastErrno;
    }

    @Override
    public void flushDatagrams() {
        // Datagrams of this host leave at once.
    }
}
