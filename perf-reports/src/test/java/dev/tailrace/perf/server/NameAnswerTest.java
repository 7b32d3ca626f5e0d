package dev.tailrace.perf.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NameAnswerTest {
    private static final String HEADER = "1234 0120 0001 0000 0000 0000";
    private static final String QUESTION_A = "05 48656c6c6f 07 6578616d706c65 00 0001 0001";
    private static final String QUESTION_AAAA = "05 68656c6c6f 07 6578616d706c65 00 001c 0001";
    private static final String QUESTION_OTHER = "05 6f74686572 00 0001 0001";

    private NameAnswer answer;

    @BeforeEach
    void makeAnswer() throws UnknownHostException {
        answer = new NameAnswer("hello.example", InetAddress.getByName("198.51.100.1"));
    }

    @Test
    void shouldAnswerWithTheAddressWhateverTheCase() {
        assertArrayEquals(
                bytes("1234 8580 0001 0001 0000 0000" + QUESTION_A + "c00c 0001 0001 0000003c 0004 c6336401"),
                ask(HEADER + QUESTION_A));
    }

    @Test
    void shouldHaveNoAddressOfAnotherType() {
        assertArrayEquals(bytes("1234 8580 0001 0000 0000 0000" + QUESTION_AAAA), ask(HEADER + QUESTION_AAAA));
    }

    @Test
    void shouldNotKnowOtherNames() {
        assertArrayEquals(bytes("1234 8583 0001 0000 0000 0000" + QUESTION_OTHER), ask(HEADER + QUESTION_OTHER));
    }

    @Test
    void shouldKeepSilentToEveryTruncatedQuery() {
        final byte[] query = bytes(HEADER + QUESTION_A);
        for (int length = 0; length < query.length; length++) {
            assertEquals(0, answer.to(Arrays.copyOf(query, length), length).length, "length " + length);
        }
    }

    private byte[] ask(final String query) {
        return answer.to(bytes(query), bytes(query).length);
    }

    private static byte[] bytes(final String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
