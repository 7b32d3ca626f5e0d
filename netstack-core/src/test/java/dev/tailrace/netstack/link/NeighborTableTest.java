package dev.tailrace.netstack.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tailrace.netstack.wire.IpAddress;
import org.junit.jupiter.api.Test;

class NeighborTableTest {
    private static final int SUBNET = 0xac11_0000;
    private static final long PREFIX = 0xfd74_6169_6c72_0aceL;
    private static final int GUESTS = 250;

    /// Two guests of one place would push each other out with every packet, and be asked for as often.
    @Test
    void shouldKnowAllGuestsOfABridgeAtOnce() {
        final NeighborTable table = new NeighborTable();
        for (int guest = 2; guest < GUESTS; guest++) {
            table.learn(IpAddress.IPV4_HI, IpAddress.ipv4Lo(SUBNET + guest), guest);
            table.learn(PREFIX, 0x0242_ac11_0000L + guest, guest);
        }
        for (int guest = 2; guest < GUESTS; guest++) {
            assertEquals(guest, table.lookup(IpAddress.IPV4_HI, IpAddress.ipv4Lo(SUBNET + guest)));
            assertEquals(guest, table.lookup(PREFIX, 0x0242_ac11_0000L + guest));
        }
    }
}
