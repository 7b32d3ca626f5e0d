package dev.tailrace.runtime.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DockerfileReaderTest {
    @Test
    void shouldJoinContinuedLinesAndLeaveCommentsOut() {
        final List<Instruction> parsed = parse("""
                # a comment
                FROM busybox

                run echo a \\
                  # within

                  && echo b \\\s\s
                  c
                CMD x
                """);
        assertEquals(List.of("FROM busybox", "RUN echo a   && echo b   c", "CMD x"), texts(parsed));
        assertEquals(List.of(2, 4, 9), parsed.stream().map(Instruction::line).toList());
    }

    @Test
    void shouldTakeEscapeFromDirective() {
        final List<Instruction> parsed = parse("# escape=`\nFROM a\nRUN dir C:\\ `\n more");
        assertEquals("RUN dir C:\\  more", parsed.getLast().text());
        assertEquals(
                '`', DockerfileReader.parse("#syntax=x\n#ESCAPE = `\nFROM a").escape());
        assertEquals(
                '\\',
                DockerfileReader.parse("# no directive\n# escape=`\nFROM a").escape());
        assertMessage("dockerfile parse error on line 1: invalid escape token 'x' does not match ` or \\", "#escape=x");
    }

    @Test
    void shouldNotContinueBehindAnEscapedEscape() {
        assertEquals(List.of("RUN a\\\\", "CMD b"), texts(parse("RUN a\\\\\nCMD b")));
    }

    @Test
    void shouldReadFlagsAndForms() {
        final Instruction copy = parse("COPY --from=build --chown=1:2 a b /c/").getFirst();
        assertEquals(Map.of("from", "build", "chown", "1:2"), copy.flags());
        assertEquals("a b /c/", copy.rest());
        assertEquals(
                Optional.of(List.of("a", "b c")),
                parse("CMD [\"a\", \"b c\"]").getFirst().exec());
        assertEquals(Optional.empty(), parse("CMD ['a']").getFirst().exec());
        assertEquals(Optional.empty(), parse("CMD [ -e x ]").getFirst().exec());
        assertEquals("--from=x", parse("CMD --from=x").getFirst().rest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FROM a\\nFRO b|dockerfile parse error on line 2: unknown instruction: FRO",
                "FROM|dockerfile parse error on line 1: FROM requires at least one argument",
                "COPY --form=x a b|dockerfile parse error on line 1: unknown flag: form",
                "RUN --mount=type=cache,target=/x true|dockerfile parse error on line 1: RUN --mount needs BuildKit,"
                        + " which this engine has not",
                "RUN <<EOF\\ntrue\\nEOF|dockerfile parse error on line 1: here-documents need BuildKit, which this"
                        + " engine has not",
                "# only a comment|file with no instructions"
            })
    void shouldSayWhatIsWrongWithItsLine(final String text, final String message) {
        assertMessage(message, text.replace("\\n", "\n"));
    }

    @Test
    void shouldPlanStagesUpToTheTarget() {
        final String text = "ARG V=1\nFROM a:$V AS One\nRUN x\nFROM one\nLABEL a=b\nFROM scratch\n";
        final Plan whole = Plan.of(DockerfileReader.parse(text), request("", Map.of("k", "it's $x")));
        assertEquals(7, whole.total());
        assertEquals(
                "LABEL 'k'='it'\"'\"'s $x'",
                whole.stages().getLast().instructions().getLast().text());
        assertEquals(
                3,
                Plan.of(DockerfileReader.parse(text), request("one", Map.of())).total());
        assertEquals(
                2,
                Plan.of(DockerfileReader.parse(text), request("1", Map.of()))
                        .stages()
                        .size());
        assertEquals(
                "target stage \"two\" could not be found",
                assertThrows(
                                BuildException.class,
                                () -> Plan.of(DockerfileReader.parse(text), request("two", Map.of())))
                        .getMessage());
        assertEquals(
                "dockerfile parse error on line 1: no build stage in current context",
                assertThrows(
                                BuildException.class,
                                () -> Plan.of(DockerfileReader.parse("RUN x"), request("", Map.of())))
                        .getMessage());
    }

    private static BuildRequest request(final String target, final Map<String, String> labels) {
        return new BuildRequest(
                "", List.of(), Map.of(), labels, target, "", List.of(), "", false, true, false, Map.of());
    }

    private static void assertMessage(final String message, final String text) {
        assertEquals(
                message, assertThrows(BuildException.class, () -> parse(text)).getMessage());
    }

    private static List<Instruction> parse(final String text) {
        return DockerfileReader.parse(text).instructions();
    }

    private static List<String> texts(final List<Instruction> instructions) {
        return instructions.stream().map(Instruction::text).toList();
    }
}
