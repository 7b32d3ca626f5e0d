package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// One lab for all tests of a class with one program under test: a host, its internet, and a guest with default
/// options.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("dev.tailrace.tapio.kernel.Subject#tested")
abstract class KernelSuite {
    /// The internet's address on the host's link.
    static final String NEAR = Lab.NEAR_ADDRESS;

    /// An address of the internet behind its router.
    static final String FAR = Lab.FAR_ADDRESS;

    private static final List<Network> open = new ArrayList<>();
    private static final Map<Place, Peer> peers = new HashMap<>();
    private static @Nullable Lab lab;
    private static @Nullable Network shared;

    @RegisterExtension
    static final TestExecutionExceptionHandler DIAGNOSES = (context, failure) -> {
        if (!(failure instanceof org.opentest4j.TestAbortedException)) {
            open.forEach(network -> failure.addSuppressed(new Diagnosis(network.diagnosis())));
        }
        throw failure;
    };

    @Parameter
    Subject subject;

    @BeforeAll
    static void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
    }

    @BeforeParameterizedClassInvocation
    static void makeLab() {
        lab = new Lab();
        // A router that tells of every packet, so that no test depends on what another one has used up.
        lab.internet()
                .shell("cd /proc/sys/net/ipv4; echo 1 >ip_forward; echo 0 >icmp_ratelimit; cd ../ipv6 || exit 0;"
                        + " echo 1 >conf/all/forwarding; echo 0 >icmp/ratelimit");
    }

    @AfterParameterizedClassInvocation
    static void closeLab() {
        open.clear();
        peers.clear();
        shared = null;
        if (lab != null) {
            lab.close();
        }
    }

    /// The reference has IPv6 in part only, and other addresses.
    @BeforeEach
    void needIpv6() {
        if (family() == Family.IPV6) {
            assumeIpv6();
        }
    }

    void assumeIpv6() {
        assumeTrue(subject == Subject.OURS, "IPv6 is tested with ours only");
        assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this kernel has no IPv6");
    }

    /// Networks of one test end with it.
    @AfterEach
    void closeOwnNetworks() {
        for (final Network network : List.copyOf(open)) {
            if (network != shared) {
                network.program().close();
                open.remove(network);
            }
        }
    }

    static Lab lab() {
        return lab;
    }

    static Place host() {
        return lab.host();
    }

    static Place internet() {
        return lab.internet();
    }

    /// The network that the tests of a class share; made anew when the last one has died.
    Network network() {
        if (shared == null || !shared.program().isAlive()) {
            shared = family() == Family.IPV6 ? newNetwork("-c", "-6") : newNetwork("-c");
            if (family() == Family.IPV6) {
                shared.address6();
            }
        }
        return shared;
    }

    /// What the tests of a class speak.
    Family family() {
        return Family.IPV4;
    }

    /// A network for one test.
    Network newNetwork(final String... options) {
        return remember(Network.start(lab, subject, options));
    }

    /// Lets a network that a test has started end with it.
    static Network remember(final Network network) {
        open.add(network);
        return network;
    }

    Place guest() {
        return network().guest();
    }

    /// The probe in the shared guest.
    Peer guestPeer() {
        return network().peer();
    }

    /// The probe in a place of the lab, started when first asked for.
    static Peer peerIn(final Place place) {
        return peers.computeIfAbsent(place, Peer::in);
    }

    /// Starts a server and waits until it listens.
    static Program serve(final Place place, final int port, final String... command) {
        final Program server = place.start(command);
        Ports.awaitTcp(place, port);
        return server;
    }

    /// Runs a script of bash, in which the failure of any part of a pipe is one.
    ///
    /// @return its standard output
    static String bash(final Place place, final String script) {
        return place.run("bash", "-euo", "pipefail", "-c", script);
    }

    /// Facts of a failure, shown with it.
    private static final class Diagnosis extends Throwable {
        private static final long serialVersionUID = 1;

        Diagnosis(final String text) {
            super(text, null, false, false);
        }
    }
}
