package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// One machine for all tests of a client with one `slirp4netns`.
@ParameterizedClass(name = "{0}", allowZeroInvocations = true)
@MethodSource("dev.tailrace.runtime.clients.Subject#tested")
abstract class ClientSuite {
    static final int MTU = 65520;
    static final String CLOSED = "Network is unreachable\n";
    static final String HOST = "host 127.0.0.1\n";
    static final String HOST6 = "host [0000:0000:0000:0000:0000:0000:0000:0001]\n";
    static final int PUBLISHED_PORT = 8080;

    /// A server on TCP port 80 that says who asked.
    static final String SERVER = "exec socat TCP4-LISTEN:80,fork,reuseaddr 'SYSTEM:echo from $SOCAT_PEERADDR'";

    private static @Nullable Machine machine;

    @Parameter
    Subject subject;

    @BeforeAll
    static void needNamespaces() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
    }

    @AfterParameterizedClassInvocation
    static void closeMachine() {
        if (machine != null) {
            machine.close();
            machine = null;
        }
    }

    /// Makes the machine of this invocation of the class, once.
    ///
    /// @return whether it is new
    boolean makeMachine() {
        if (machine != null) {
            return false;
        }
        machine = new Machine(subject);
        return true;
    }

    static Machine machine() {
        return machine;
    }

    /// A script for a network that is not to reach the host's loopback device: the internet by address and by name, a
    /// download and an upload; its first line is the MTU.
    static String reachInternet() {
        return """
                ip link show tap0 | grep -o 'mtu [0-9]*'
                /bin/ping -c1 -W10 %1$s >/dev/null
                socat -u TCP4:%1$s:%3$d -
                socat -u TCP4:%2$s:%3$d -
                socat -u TCP4:%1$s:%4$d - >/tmp/file
                sha256sum </tmp/file
                socat -t20 - TCP4:%1$s:%5$d </tmp/file
                rm /tmp/file
                """.formatted(
                        Internet.ADDRESS, Internet.NAME, Internet.WHO_PORT, Internet.FILE_PORT, Internet.DIGEST_PORT);
    }

    /// What [#reachInternet] prints.
    static String reachedInternet(final int mtu) {
        final String who = "internet " + Lab.HOST_ADDRESS + "\n";
        final String digest = machine().internet().digest() + "  -\n";
        return "mtu " + mtu + "\n" + who + who + digest + digest;
    }

    /// A script that reaches the internet by IPv6, when the interface has an address.
    static String reachInternet6() {
        return """
                until ip -6 route | grep -q ^default; do sleep 0.1; done
                socat -u TCP6:[%1$s]:%3$d -
                socat -u TCP6:%2$s:%3$d -
                """.formatted(Internet.ADDRESS6, Internet.NAME, Internet.WHO_PORT);
    }

    /// What [#reachInternet6] prints.
    static String reachedInternet6() {
        final String who = "internet [2001:0db8:0001:0000:0000:0000:0000:0001]\n";
        return who + who;
    }

    /// A script that finds the host's loopback device closed, and prints [#CLOSED].
    static String hostLoopbackIsClosed() {
        return "socat -u TCP4:10.0.2.2:" + Internet.WHO_PORT + " - 2>&1 | grep -o 'Network is unreachable'\n";
    }

    /// A script that asks the server on the host's loopback device, and prints [#HOST].
    static String askHostLoopback() {
        return "socat -u TCP4:10.0.2.2:" + Internet.WHO_PORT + " -\n";
    }

    /// The process that serves the network is the subject, and as safe as it was asked to be.
    void assertHardened() {
        assertEquals("2", machine().status(subject, "Seccomp"), "seccomp mode");
        assertEquals("1", machine().status(subject, "NoNewPrivs"), "no_new_privs");
        assertEquals("0000000000000400", machine().status(subject, "CapEff"), "capabilities");
    }
}
