package dev.tailrace.tapio.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class NetlinkReplyTest {
    /// EBUSY for message 7, capped to its header, with the kernel's text and an offset (linux/netlink.h).
    private static final String REFUSAL = "3c000000" + "0200" + "0003" + "07000000" + "01000000"
            + "f0ffffff" + "20000000" + "1000" + "0506" + "07000000" + "00000000"
            + "10000100" + "4e6f74206120706f72742100"
            + "0800" + "0200" + "10000000";

    private static NetlinkReply reply(final String hex) {
        final byte[] bytes = HexFormat.of().parseHex(hex);
        return new NetlinkReply(new UnsafeBuffer(bytes)).wrap(bytes.length);
    }

    @Test
    void shouldTellWhatTheKernelSaysBesidesItsErrno() {
        final NetlinkReply reply = reply(REFUSAL);
        assertEquals(NetlinkReply.ERROR, reply.next());
        assertEquals(7, reply.sequence());
        assertEquals(16, reply.errno());
        assertEquals("Not a port!", reply.errorText());
        assertEquals(NetlinkReply.NO_MORE, reply.next());
    }

    @Test
    void shouldPassOverTheMessageThatIsQuotedWhole() {
        final String quoted = "18000000" + "1000" + "0506" + "07000000" + "00000000" + "0000000000000000";
        final NetlinkReply reply = reply("3c000000" + "0200" + "0002" + "07000000" + "01000000" + "eaffffff" + quoted
                + "10000100" + "57726f6e672073697a652100");
        assertEquals(NetlinkReply.ERROR, reply.next());
        assertEquals(22, reply.errno());
        assertEquals("Wrong size!", reply.errorText());
    }

    @Test
    void shouldAcknowledgeWithoutWords() {
        final NetlinkReply reply = reply("24000000" + "0200" + "0001" + "08000000" + "01000000" + "00000000"
                + "20000000" + "1000" + "0506" + "08000000" + "00000000");
        assertEquals(NetlinkReply.ERROR, reply.next());
        assertEquals(0, reply.errno());
        assertEquals("", reply.errorText());
    }

    /// A kernel does not send such; a test that reads on must not run out of the buffer.
    @Test
    void shouldStopAtWhatIsCut() {
        final byte[] bytes = HexFormat.of().parseHex(REFUSAL);
        for (int length = 0; length < bytes.length; length++) {
            final byte[] cut = Arrays.copyOf(bytes, length);
            final NetlinkReply reply = new NetlinkReply(new UnsafeBuffer(cut)).wrap(length);
            assertEquals(NetlinkReply.NO_MORE, reply.next(), "of " + length + " bytes");
        }
    }
}
