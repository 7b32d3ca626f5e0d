package dev.tailrace.netstack.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralTest {
    @ParameterizedTest
    @CsvSource({
        "::, ::",
        "::1, ::1",
        "fd00::2, fd00::2",
        "FD00:0:0:0:0:0:0:2, fd00::2",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
        "1:0:0:0:0:0:0:0, 1::",
        "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
        "::ffff:10.0.2.2, 10.0.2.2",
        "10.0.2.2, 10.0.2.2"
    })
    void shouldReadAndWriteTheCanonicalForm(final String text, final String canonical) {
        final IpLiteral literal = IpLiteral.parse(text);
        assertNotNull(literal);
        assertEquals(canonical, literal.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", ":", ":::", "1::2::3", "12345::", "g::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::",
                "::1:2:3:4:5:6:7:8", "1:", ":1", "fe80::1%eth0", "[::1]", "1.2.3.4::", "::1.2.3", "::1.2.3.4.5",
                        "::256.1.1.1",
                "1:2:3:4:5:6:7:1.2.3.4", "1.2.3", "::\u0661"
            })
    void shouldRefuseWhatIsNoAddress(final String text) {
        assertNull(IpLiteral.parse(text));
    }

    @Test
    void shouldAgreeWithThePlatform() throws UnknownHostException {
        final SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2000; round++) {
            final byte[] bytes = new byte[16];
            for (int index = 0; index < bytes.length; index += 2) {
                if (random.nextInt(3) != 0) {
                    bytes[index] = (byte) random.nextInt(256);
                    bytes[index + 1] = (byte) random.nextInt(256);
                }
            }
            bytes[0] |= 0x20;
            final long hi = ByteBuffer.wrap(bytes).getLong(0);
            final long lo = ByteBuffer.wrap(bytes).getLong(8);
            final String text = IpAddress.format(hi, lo);
            assertEquals(Inet6Address.getByAddress(bytes), InetAddress.getByName(text), text);
            assertEquals(new IpLiteral(hi, lo), IpLiteral.parse(text), text);
        }
    }
}
