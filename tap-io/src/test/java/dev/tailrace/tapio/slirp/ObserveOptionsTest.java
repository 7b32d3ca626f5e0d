package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.tailrace.tapio.capture.CaptureRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The options that slirp4netns does not have.
class ObserveOptionsTest {
    @Test
    void shouldSayAndCaptureAsSlirp4netnsDoesUnlessAsked() {
        final ObserveOptions options = run();
        assertEquals(LogLevel.INFO, options.logLevel());
        assertNull(options.capture());
    }

    @Test
    void shouldTakeACapture() {
        final ObserveOptions options = run("--pcap=/tmp/x", "--pcap-filter", "tcp and port 80", "--log-level=debug");
        assertEquals(LogLevel.DEBUG, options.logLevel());
        final ObserveOptions.CaptureOptions capture = options.capture();
        assertNotNull(capture);
        assertEquals("/tmp/x", capture.path());
        assertEquals("tcp and port 80", capture.filter().toString());
        assertEquals(262_144, capture.snapLength());
        assertEquals(CaptureRequest.UNLIMITED, capture.maxBytes());
        final ObserveOptions.CaptureOptions bounded = run(
                        "--pcap", "x", "--pcap-snaplen=96", "--pcap-max-bytes", "5000000000")
                .capture();
        assertNotNull(bounded);
        assertEquals(96, bounded.snapLength());
        assertEquals(5_000_000_000L, bounded.maxBytes());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "--log-level=loud > --log-level has to be error, warn, info or debug, not \"loud\"",
                "--pcap-filter=tcp > --pcap-filter, --pcap-snaplen and --pcap-max-bytes need --pcap=FILE",
                "--pcap=x|--pcap-filter=tcp prt > --pcap-filter, column 5: expected ip, ip6, arp, tcp, udp, icmp, icmp6,"
                        + " host, net, port, src, dst, not or \"(\", found prt",
                "--pcap=x|--pcap-snaplen=0 > --pcap-snaplen has to be a whole number from 1 to 262144, not \"0\"",
                "--pcap=x|--pcap-snaplen=262145 > --pcap-snaplen has to be a whole number from 1 to 262144, not"
                        + " \"262145\"",
                "--pcap=x|--pcap-max-bytes=1k > --pcap-max-bytes has to be a whole number from 1 up, not \"1k\"",
                "--loops=0 > --loops has to be a whole number from 1 to 16, not \"0\"",
                "--loops=17 > --loops has to be a whole number from 1 to 16, not \"17\"",
                "--loops=two > --loops has to be a whole number from 1 to 16, not \"two\"",
            })
    void shouldRefuseInOneLine(final String options, final String complaint) {
        final ParseOutcome.Exit exit = (ParseOutcome.Exit) parse(options.split("\\|"));
        assertEquals(complaint + "\n", exit.standardError());
        assertEquals("", exit.standardOutput());
        assertEquals(1, exit.code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--netns-type=tapfd", "--target-type=bess"})
    void shouldHaveSeveralLoopsOnlyAtATapOfOurs(final String kind) {
        final ParseOutcome.Exit exit = (ParseOutcome.Exit) SlirpOptionsParser.parse(List.of("--loops=2", kind, "42"));
        assertEquals("--loops needs a TAP that is made here: it conflicts with " + kind + "\n", exit.standardError());
        assertEquals(1, exit.code());
    }

    private static ObserveOptions run(final String... options) {
        return ((ParseOutcome.Run) parse(options)).options().observe();
    }

    private static ParseOutcome parse(final String... options) {
        final List<String> args = new ArrayList<>(List.of(options));
        args.addAll(List.of("42", "tap0"));
        return SlirpOptionsParser.parse(args);
    }
}
