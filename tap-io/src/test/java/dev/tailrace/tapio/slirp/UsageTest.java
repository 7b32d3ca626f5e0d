package dev.tailrace.tapio.slirp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--netns-type",
                "--enable-ipv6",
                "--cidr",
                "--cidr6",
                "--disable-host-loopback",
                "--api-socket",
                "--enable-sandbox",
                "--enable-seccomp",
                "--mtu",
                "--outbound-addr",
                "--configure",
                "--exit-fd",
                "--ready-fd",
                "--userns-path",
                "--outbound-addr6",
                "--disable-dns",
                "--macaddress",
                "--target-type"
            })
    void shouldNameTheOptionsThatClientsLookFor(final String option) {
        assertTrue(Usage.help().contains(option), option);
    }

    @Test
    void shouldBeginWithTheUsageLine() {
        assertTrue(Usage.help().startsWith("Usage: slirp4netns [OPTION]... PID|PATH|FD [TAPNAME]\n"));
    }

    @Test
    void shouldTellTheVersionInTheFormThatClientsParse() {
        final List<String> lines = Usage.version().lines().toList();
        assertEquals("slirp4netns version 1.3.2", lines.getFirst());
        assertTrue(Pattern.matches("commit: tailrace \\d+\\.\\d+\\.\\d+\\S*", lines.get(1)), lines.get(1));
        assertTrue(lines.contains("SLIRP_CONFIG_VERSION_MAX: 6"));
    }

    @Test
    void shouldWriteTheTextsForTheLauncher(@TempDir final Path directory) throws IOException {
        Usage.main(new String[] {directory.resolve("texts").toString()});
        assertEquals(Usage.help(), Files.readString(directory.resolve("texts/help.txt")));
        assertEquals(Usage.version(), Files.readString(directory.resolve("texts/version.txt")));
        final List<String> options = Files.readAllLines(directory.resolve("texts/getopt.txt"));
        assertEquals("ce:r:m:a:6hv", options.getFirst());
        assertTrue(options.get(1).startsWith("configure,exit-fd:,ready-fd:,"), options.get(1));
    }
}
