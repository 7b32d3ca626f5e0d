package dev.tailrace.runtime.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExpansionTest {
    private static final Map<String, String> VARIABLES = Map.of("A", "one", "EMPTY", "", "B", "two words");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "plain|plain",
                "$A|one",
                "${A}x$A.|onexone.",
                "$NONE|^^",
                "\\$A|$A",
                "'$A'|$A",
                "\"$A \\\" \\$A \\x\"|one \" $A \\x",
                "a\\ b|a b",
                "${NONE:-b}|b",
                "${EMPTY:-b}|b",
                "${EMPTY-b}|^^",
                "${A:+b}|b",
                "${EMPTY:+b}|^^",
                "${EMPTY+b}|b",
                "${NONE:-${A}}/x|one/x",
                "${NONE:-'}'}|}",
                "$B|two words",
                "$|$",
                "a$|a$",
                "100%|100%"
            })
    void shouldReplaceVariablesAndQuotes(final String word, final String expected) {
        assertEquals(expected, Expansion.word(word, '\\', VARIABLES));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "${A|syntax error: bad substitution",
                "${|syntax error: bad substitution",
                "${A:-x|syntax error: missing '}'",
                "'a|unexpected end of statement while looking for matching single-quote",
                "\"a|unexpected end of statement while looking for matching double-quote",
                "${A:x}|unsupported modifier (x) in substitution",
                "${NONE:?must be}|NONE: must be"
            })
    void shouldSayWhatIsWrong(final String word, final String reason) {
        final String message = assertThrows(BuildException.class, () -> Expansion.word(word, '\\', VARIABLES))
                .getMessage();
        assertEquals("failed to process \"" + word + "\": " + reason, message);
    }

    @Test
    void shouldCutAtBlanksOutsideOfQuotes() {
        assertEquals(
                List.of("a=b", "c='d e'", "f=\"g \\\" h\"", "i\\ j"),
                Expansion.split("a=b  c='d e' f=\"g \\\" h\"\ti\\ j ", '\\'));
    }
}
