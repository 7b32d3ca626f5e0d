package dev.tailrace.runtime.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class IgnoreRulesTest {
    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, a/b, true",
        "a, b/a, false",
        "/a/, a, true",
        "*.md, x.md, true",
        "*.md, d/x.md, false",
        "**/*.md, d/e/x.md, true",
        "**/*.md, x.md, true",
        "d/**, d/e/f, true",
        "d/**/f, d/f, true",
        "d/**/f, d/e/g/f, true",
        "t?st, test, true",
        "t?st, t/st, false",
        "[ab]c, bc, true",
        "[^ab]c, bc, false",
        "[^ab]c, xc, true",
        "\\*, *, true",
        "\\*, x, false",
        "a.b, axb, false",
        "./a/../b, b, true",
        "'  # no comment', 'x', false"
    })
    void shouldMatchAsDockerDoes(final String rule, final String path, final boolean isExcluded) {
        assertEquals(isExcluded, new IgnoreRules(rule).excludes(path));
    }

    @Test
    void shouldLetTheLastRuleCount() {
        final IgnoreRules rules = new IgnoreRules("# all but one\n*\n!keep\nkeep/not\n\n");
        assertEquals(true, rules.excludes("x"));
        assertEquals(false, rules.excludes("keep"));
        assertEquals(false, rules.excludes("keep/a"));
        assertEquals(true, rules.excludes("keep/not/b"));
    }

    @Test
    void shouldRefuseWhatIsNoPattern() {
        assertEquals(
                "syntax error in pattern: [a",
                assertThrows(BuildException.class, () -> new IgnoreRules("[a")).getMessage());
    }
}
