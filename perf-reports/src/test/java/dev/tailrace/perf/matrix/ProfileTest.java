package dev.tailrace.perf.matrix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.backend.Backends;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProfileTest {
    private static final OptionalInt SAME = OptionalInt.empty();

    @ParameterizedTest
    @ValueSource(strings = {"smoke", "packets", "gate", "full"})
    void shouldReadThoseThatComeWithTheProgram(final String name) {
        final Profile profile = ProfileReader.load(name);
        assertEquals(name, profile.name());
        assertTrue(Backends.IDS.containsAll(profile.everyone()), profile.everyone()::toString);
        assertEquals(profile.cells().stream().distinct().toList(), profile.cells());
    }

    @Test
    void shouldSelectByGlobs() {
        final Profile profile = ProfileReader.load("full")
                .with(
                        OptionalInt.of(3),
                        SAME,
                        SAME,
                        SAME,
                        Optional.empty(),
                        List.of("pasta*"),
                        List.of("tcp/c2h/*/mtu1500/x1", "rr/*/mtu1500/x1"));
        assertEquals(
                List.of("tcp/c2h/up/mtu1500/x1", "tcp/c2h/down/mtu1500/x1", "rr/c2h/mtu1500/x1", "rr/h2c/mtu1500/x1"),
                profile.cells().stream().map(Cell::id).toList());
        assertEquals(List.of("pasta", "pasta, tuned"), profile.backends());
        assertEquals(3, profile.blocks());
    }

    @Test
    void shouldLetReferencesTakePartInTheFirstBlocksOnly() {
        final Profile gate = ProfileReader.load("gate");
        assertTrue(gate.takesPart("slirp4netns", gate.referenceBlocks() - 1));
        assertTrue(!gate.takesPart("slirp4netns", gate.referenceBlocks()));
        assertTrue(gate.takesPart("tailrace", gate.blocks() - 1));
    }

    @Test
    void shouldNameWhatThereIsWhenAGlobMatchesNothing() {
        final Profile profile = ProfileReader.load("smoke");
        final String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> profile.with(SAME, SAME, SAME, SAME, Optional.empty(), List.of(), List.of("tcp/x/*")))
                .getMessage();
        assertEquals(1, message.lines().count());
        assertTrue(message.contains("rr/c2h/mtu1500/x1"), message);
    }

    @Test
    void shouldLetReferencesTakePartInEveryBlockWhenTheyAreAllThatIsWanted() {
        final Profile gate = ProfileReader.load("gate")
                .with(SAME, SAME, SAME, SAME, Optional.empty(), List.of("slirp4netns"), List.of());
        assertEquals(List.of("slirp4netns"), gate.everyone());
        assertTrue(gate.takesPart("slirp4netns", gate.blocks() - 1));
    }

    @Test
    void shouldSayInOneLineThatAGlobIsMalformed() {
        final Profile profile = ProfileReader.load("smoke");
        final String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> profile.with(SAME, SAME, SAME, SAME, Optional.empty(), List.of(), List.of("tcp/[")))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.contains("tcp/["), message);
    }

    private static String listing(final String backends, final String cells, final String more) {
        return "{\"name\":\"p\",\"description\":\"\",\"blocks\":1,\"seconds\":1,\"warmupSeconds\":1,"
                + "\"backends\":[%s],\"cells\":[%s]%s}".formatted(backends, cells, more);
    }

    private static String refusal(final String json) {
        return assertThrows(IllegalArgumentException.class, () -> ProfileReader.parse("my.json", json))
                .getMessage();
    }

    @Test
    void shouldSayWhichEntryIsWrong() {
        final String cell = "\"rr/c2h/mtu1500/x1\"";
        assertTrue(refusal(listing("\"pasta\",\"slurp\"", cell, ""))
                .startsWith("profile my.json: backends, entry 2: no backend 'slurp'; there are tailrace; "));
        assertTrue(refusal(listing("\"pasta\"", cell + ",\"tcp/c2h/up/mtu15/x1\"", ""))
                .startsWith("profile my.json: cells, entry 2: "));
        assertEquals(
                "profile my.json: cells, entry 2: 'rr/c2h/mtu1500/x1' is there twice",
                refusal(listing("\"pasta\"", cell + "," + cell, "")));
        assertTrue(refusal(listing("\"pasta\"", cell, ",\"referenceBlocks\":-1"))
                .endsWith("referenceBlocks must not be negative: -1"));
        assertTrue(refusal(listing("\"pasta\"", cell, ",\"turn\":1"))
                .startsWith("profile my.json: 'turn' is no member of a profile; there are name, "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{}",
                "{\"name\":\"p\",\"description\":\"\",\"blocks\":0,\"seconds\":1,\"warmupSeconds\":1,\"backends\":[\"pasta\"],\"cells\":[\"rr/c2h/mtu1500/x1\"]}",
                "{\"name\":\"p\",\"description\":\"\",\"blocks\":1,\"seconds\":\"1\",\"warmupSeconds\":1,\"backends\":[\"pasta\"],\"cells\":[\"rr/c2h/mtu1500/x1\"]}",
                "{\"name\":\"p\",\"description\":\"\",\"blocks\":1,\"seconds\":1,\"warmupSeconds\":1,\"backends\":[\"pasta\"],\"cells\":[\"nonsense\"]}",
                "{\"name\":\"p\",\"description\":\"\",\"blocks\":1,\"seconds\":1,\"warmupSeconds\":1,\"backends\":[],\"cells\":[\"rr/c2h/mtu1500/x1\"]}"
            })
    void shouldRefuseWhatIsNoProfile(final String json) {
        final String message = assertThrows(IllegalArgumentException.class, () -> ProfileReader.parse("my.json", json))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        assertTrue(message.startsWith("profile my.json"), message);
    }
}
