package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GnuOptionsTest {
    @ParameterizedTest
    @ValueSource(strings = {"-m1500", "-m 1500", "--mtu=1500", "--mtu 1500", "--mt=1500", "--mt 1500"})
    void shouldTakeAnArgumentInEachForm(final String line) {
        assertEquals("mtu=1500 | 42 tap0", walk(line + " 42 tap0"));
        assertEquals("mtu=1500 | 42 tap0", walk("42 tap0 " + line));
        assertEquals("mtu=1500 | 42 tap0", walk("42 " + line + " tap0"));
    }

    @Test
    void shouldUnbundleShortOptions() {
        assertEquals("configure enable-ipv6 mtu=1500 | 42 tap0", walk("-c6m1500 42 tap0"));
        assertEquals("configure mtu=-6 | x", walk("-cm -6 x"));
    }

    @Test
    void shouldTakeEverythingBehindTwoDashesAsOperands() {
        assertEquals("configure | a -m --mtu -- b", walk("a -c -- -m --mtu -- b"));
    }

    @Test
    void shouldTakeASingleDashAsOperand() {
        assertEquals("configure | -", walk("- -c"));
    }

    @Test
    void shouldTakeAnOptionLookalikeAsTheArgumentItWaitsFor() {
        assertEquals("mtu=--configure configure | ", walk("--mtu --configure -c"));
        assertEquals("mtu=-- configure | ", walk("-m -- -c"));
    }

    @Test
    void shouldKeepAnEmptyArgument() {
        assertEquals("exit-fd= | x", walk("--exit-fd= x"));
    }

    @Test
    void shouldPreferTheExactNameToLongerOnes() {
        assertEquals("outbound-addr=1 outbound-addr6=2 | ", walk("--outbound-addr 1 --outbound-addr6 2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            quoteCharacter = '`',
            value = {
                "--nope > unrecognized option '--nope'",
                "--nope=3 > unrecognized option '--nope=3'",
                "--help=3 > option '--help' doesn't allow an argument",
                "--hel= > option '--help' doesn't allow an argument",
                "--mtu > option '--mtu' requires an argument",
                "--mt > option '--mtu' requires an argument",
                "-m > option requires an argument -- 'm'",
                "-cm > option requires an argument -- 'm'",
                "-z > invalid option -- 'z'",
                "--e=3 > option '--e=3' is ambiguous; possibilities: '--exit-fd' '--enable-ipv6' '--enable-sandbox'"
                        + " '--enable-seccomp'",
                "--c > option '--c' is ambiguous; possibilities: '--configure' '--cidr' '--create-sandbox'",
                "--n > option '--n' is ambiguous; possibilities: '--no-host-loopback' '--netns-type'",
                "--outbound=1 > option '--outbound=1' is ambiguous; possibilities: '--outbound-addr' '--outbound-addr6'",
            })
    void shouldComplainAsGlibcDoes(final String line, final String complaint) {
        assertEquals("slirp4netns: " + complaint, walk(line));
    }

    /// Names of options with their arguments, a bar, and the operands; or the first error.
    private static String walk(final String line) {
        final List<GnuOptions.Spec> specs = SlirpOption.specs();
        final GnuOptions options = new GnuOptions("slirp4netns", specs, List.of(line.split(" ")));
        final List<String> seen = new ArrayList<>();
        for (int index = options.next(); index != GnuOptions.END; index = options.next()) {
            if (index == GnuOptions.ERROR) {
                return options.message();
            }
            final GnuOptions.Spec spec = specs.get(index);
            seen.add(spec.name() + (spec.takesArgument() ? "=" + options.argument() : ""));
        }
        return String.join(" ", seen) + " | " + String.join(" ", options.operands());
    }
}
