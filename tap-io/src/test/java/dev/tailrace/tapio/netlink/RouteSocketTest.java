package dev.tailrace.tapio.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

/// Asks this kernel only what changes nothing; `BridgeNetworkIT` has it change things.
class RouteSocketTest {
    @Test
    void shouldFindInterfaces() throws SocketException {
        try (RouteSocket route = RouteSocket.open()) {
            for (int again = 0; again < 3; again++) {
                assertEquals(NetworkInterface.getByName("lo").getIndex(), route.index("lo"));
                final LinuxException failure = assertThrows(LinuxException.class, () -> route.index("nosuch0"));
                assertEquals(Errno.ENODEV, failure.errno());
                assertEquals("netlink find", failure.call());
                assertEquals("nosuch0", failure.object());
            }
        }
    }
}
