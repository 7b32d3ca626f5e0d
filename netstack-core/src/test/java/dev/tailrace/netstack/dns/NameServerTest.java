package dev.tailrace.netstack.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpLiteral;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Names that the network knows itself, byte for byte.
final class NameServerTest {
    private static final int A = 1;
    private static final int PTR = 12;
    private static final int AAAA = 28;
    private static final int HTTPS = 65;
    private static final int ANY = 255;
    private static final int ID = 0x1234;
    private static final int RECURSION_DESIRED = 0x0100;
    private static final int ANSWERED = 0x8180;
    private static final int FAILED = 0x8182;

    private final Map<String, LocalNames.Records> known = new HashMap<>();
    private final Counters counters = new Counters();
    private boolean isForwarded = true;
    private final NameServer server = new NameServer(
            new HostResolver() {
                @Override
                public boolean refresh(final boolean preferIpv6, final long nowNs) {
                    throw new AssertionError("nobody asks the host");
                }

                @Override
                public long addressHi() {
                    return 0;
                }

                @Override
                public long addressLo() {
                    return 0;
                }
            },
            new LocalNames() {
                @Override
                public @Nullable Records find(final long clientHi, final long clientLo, final String name) {
                    assertEquals(7, clientHi);
                    assertEquals(8, clientLo);
                    return known.get(name);
                }

                @Override
                public boolean isForwarded(final long clientHi, final long clientLo) {
                    return isForwarded;
                }
            },
            counters);

    private static LocalNames.Records records(final String... addresses) {
        final List<IpLiteral> literals = new ArrayList<>();
        for (final String address : addresses) {
            literals.add(Objects.requireNonNull(IpLiteral.parse(address)));
        }
        return new LocalNames.Records(literals, List.of());
    }

    private static byte[] name(final String text) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (final String label : text.split("\\.")) {
            bytes.write(label.length());
            bytes.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.write(0);
        return bytes.toByteArray();
    }

    /// @param ednsBytes what the client takes, or 0 without EDNS
    private static byte[] query(final String text, final int type, final int ednsBytes) {
        final byte[] name = name(text);
        final ByteBuffer query = ByteBuffer.allocate(12 + name.length + 4 + (ednsBytes == 0 ? 0 : 11));
        query.putShort((short) ID).putShort((short) RECURSION_DESIRED).putShort((short) 1);
        query.putShort((short) 0).putShort((short) 0).putShort((short) (ednsBytes == 0 ? 0 : 1));
        query.put(name).putShort((short) type).putShort((short) 1);
        if (ednsBytes != 0) {
            query.put((byte) 0)
                    .putShort((short) 41)
                    .putShort((short) ednsBytes)
                    .putInt(0)
                    .putShort((short) 0);
        }
        return query.array();
    }

    private int ask(final byte[] query) {
        final byte[] surrounded = new byte[query.length + 6];
        System.arraycopy(query, 0, surrounded, 3, query.length);
        return server.answer(new UnsafeBuffer(surrounded), 3, query.length, 7, 8);
    }

    private ByteBuffer answerTo(final byte[] query) {
        final int length = ask(query);
        assertTrue(length > 0, "length " + length);
        assertNull(server.answer().byteArray(), "a device reads it by its address");
        final byte[] answer = new byte[length];
        server.answer().getBytes(0, answer);
        return ByteBuffer.wrap(answer);
    }

    /// Checks the head, and leaves the answer at its first record.
    private static int records(final ByteBuffer answer, final byte[] query, final int questionLength, final int flags) {
        assertEquals(ID, answer.getShort());
        assertEquals(flags, answer.getShort() & 0xffff);
        assertEquals(1, answer.getShort());
        final int count = answer.getShort();
        answer.position(12);
        final byte[] question = new byte[questionLength];
        answer.get(question);
        assertEquals(
                new String(query, 12, questionLength, StandardCharsets.ISO_8859_1),
                new String(question, StandardCharsets.ISO_8859_1));
        return count;
    }

    private static byte[] data(final ByteBuffer answer, final int type) {
        assertEquals(0xc00c, answer.getShort() & 0xffff);
        assertEquals(type, answer.getShort());
        assertEquals(1, answer.getShort());
        assertEquals(10, answer.getInt());
        final byte[] data = new byte[answer.getShort()];
        answer.get(data);
        return data;
    }

    @Test
    void shouldAnswerWithAddressesOfTheFamilyThatIsAskedFor() {
        known.put("web", records("172.18.0.2", "fd00::242:ac12:2"));
        final byte[] query = query("WeB", A, 0);
        final ByteBuffer answer = answerTo(query);
        assertEquals(1, records(answer, query, 9, ANSWERED));
        assertEquals(List.of(172, 18, 0, 2), unsigned(data(answer, A)));
        assertEquals(0, answer.remaining());
        final byte[] query6 = query("web", AAAA, 0);
        final ByteBuffer answer6 = answerTo(query6);
        assertEquals(1, records(answer6, query6, 9, ANSWERED));
        assertEquals(
                List.of(0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0x42, 0xac, 0x12, 0, 2), unsigned(data(answer6, AAAA)));
        final byte[] all = query("web", ANY, 0);
        assertEquals(2, records(answerTo(all), all, 9, ANSWERED));
        assertEquals(3, counters.get(Counter.DNS_LOCAL_ANSWERS));
        assertEquals(3, counters.get(Counter.DNS_QUERIES));
    }

    /// It is ours, so nobody else is asked for records of other types.
    @ParameterizedTest
    @ValueSource(ints = {AAAA, HTTPS, PTR, 15, 16})
    void shouldHaveNothingOfOtherTypes(final int type) {
        known.put("web", records("172.18.0.2"));
        final byte[] query = query("web", type, 0);
        final ByteBuffer answer = answerTo(query);
        assertEquals(0, records(answer, query, 9, ANSWERED));
        assertEquals(0, answer.remaining());
    }

    @Test
    void shouldKnowEdnsIfTheClientDoes() {
        known.put("web", records("172.18.0.2"));
        final byte[] query = query("web", A, 4096);
        final ByteBuffer answer = answerTo(query);
        assertEquals(1, records(answer, query, 9, ANSWERED));
        assertEquals(1, answer.getShort(10));
        data(answer, A);
        assertEquals(List.of(0, 0, 41, 1232 >> 8, 1232 & 0xff, 0, 0, 0, 0, 0, 0), unsigned(rest(answer)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 512, 600, 4096})
    void shouldAnswerWithAsMuchAsTheClientTakes(final int ednsBytes) {
        known.put(
                "web",
                records(IntStream.range(0, 200).mapToObj(i -> "172.18.1." + i).toArray(String[]::new)));
        final byte[] query = query("web", A, ednsBytes);
        final ByteBuffer answer = answerTo(query);
        final int most = Math.clamp(ednsBytes, 512, 1232);
        assertTrue(answer.remaining() <= most && answer.remaining() > most - 16, answer.remaining() + " bytes");
        assertEquals((most - 21 - (ednsBytes == 0 ? 0 : 11)) / 16, records(answer, query, 9, ANSWERED));
    }

    @Test
    void shouldBeginWithAnotherAddressForAnotherQuery() {
        known.put("web", records("172.18.0.2", "172.18.0.3", "172.18.0.4"));
        final byte[] query = query("web", A, 0);
        query[1]++;
        final ByteBuffer answer = answerTo(query);
        answer.position(12 + 9);
        final int first = data(answer, A)[3];
        query[1]++;
        final ByteBuffer next = answerTo(query);
        next.position(12 + 9);
        assertEquals((first - 2 + 1) % 3 + 2, data(next, A)[3]);
    }

    @Test
    void shouldAnswerWithNamesOfAddresses() {
        known.put("2.0.18.172.in-addr.arpa", new LocalNames.Records(List.of(), List.of("web.front")));
        final byte[] query = query("2.0.18.172.in-addr.arpa", PTR, 0);
        final ByteBuffer answer = answerTo(query);
        assertEquals(1, records(answer, query, 29, ANSWERED));
        assertEquals(unsigned(name("web.front")), unsigned(data(answer, PTR)));
    }

    @Test
    void shouldLeaveOtherNamesToTheHost() {
        known.put("web", records("172.18.0.2"));
        assertEquals(NameServer.FORWARD, ask(query("example.com", A, 0)));
        assertEquals(NameServer.FORWARD, ask(query("web.example.com", A, 0)));
        assertEquals(0, counters.get(Counter.DNS_QUERIES), "counted where it is sent");
    }

    @Test
    void shouldFailForOthersWhereNothingLeadsOut() {
        isForwarded = false;
        known.put("web", records("172.18.0.2"));
        final byte[] query = query("example.com", A, 1232);
        final ByteBuffer answer = answerTo(query);
        assertEquals(0, records(answer, query, 17, FAILED));
        assertEquals(1, counters.get(Counter.DNS_REFUSED));
        final byte[] good = query("web", A, 0);
        assertEquals(1, records(answerTo(good), good, 9, ANSWERED));
    }

    /// Nothing that a guest sends is read beyond its end, and what is no query of ours goes to the host or nowhere.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotReadWhatIsNone(final boolean isWayOut) {
        isForwarded = isWayOut;
        known.put("web", records("172.18.0.2"));
        known.put("", records("172.18.0.2"));
        final int expected = isWayOut ? NameServer.FORWARD : 0;
        final byte[] good = query("web", A, 0);
        for (int length = 0; length < good.length; length++) {
            assertEquals(expected, ask(Arrays.copyOf(good, length)), "cut to " + length);
        }
        for (final int[] change :
                new int[][] {{2, 0x81}, {2, 0x28}, {5, 2}, {5, 0}, {7, 1}, {9, 1}, {12, 0xc0}, {12, 64}}) {
            final byte[] bad = good.clone();
            bad[change[0]] = (byte) change[1];
            assertEquals(expected, ask(bad), "byte " + change[0] + " is " + change[1]);
        }
        final byte[] chaos = query("web", A, 0);
        chaos[chaos.length - 1] = 3;
        if (isWayOut) {
            assertEquals(NameServer.FORWARD, ask(chaos));
        }
        assertEquals(expected, ask(query("a".repeat(63) + ("." + "a".repeat(63)).repeat(4), A, 0)), "too long");
    }

    private static byte[] rest(final ByteBuffer buffer) {
        final byte[] rest = new byte[buffer.remaining()];
        buffer.get(rest);
        return rest;
    }

    private static List<Integer> unsigned(final byte[] bytes) {
        final List<Integer> list = new ArrayList<>();
        for (final byte one : bytes) {
            list.add(one & 0xff);
        }
        return list;
    }
}
