package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.netstack.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileHostResolverTest {
    private static final long SECOND_NS = 1_000_000_000L;

    @TempDir
    private Path directory;

    @Test
    void shouldTakeTheFirstNameServer() throws IOException {
        assertFirst(
                "192.0.2.7",
                "# a\nsearch example\nnameserver fe80::1%eth0\nnameserver\t192.0.2.7 # b\nnameserver 192.0.2.8\n");
        assertFirst("127.0.0.53", "nameserver 127.0.0.53");
        assertFirst(
                "192.0.2.1",
                "nameserver 300.1.1.1\n; nameserver 9.9.9.9\n nameserver 9.9.9.9\nnameserver  192.0.2.1\r\n");
    }

    @Test
    void shouldTakeTheFirstOfTheWantedFamilyOrElseOfTheOther() throws IOException {
        final String both = "nameserver fe80::1%eth0\nnameserver 192.0.2.7\nnameserver 2001:db8::53\n"
                + "nameserver 2001:db8::54\nnameserver 192.0.2.8\n";
        assertFirst("192.0.2.7", both);
        assertFirst(true, "2001:db8::53", both);
        assertFirst(true, "192.0.2.7", "nameserver fe80::1%eth0\nnameserver 192.0.2.7\n");
        assertFirst("::1", "nameserver ::1\n");
        assertFirst(true, "2001:db8::1", "nameserver 2001:db8:0:0:0:0:0:1 # one\n");
        assertFirst(true, "192.0.2.9", "nameserver ::ffff:192.0.2.9\n");
    }

    @Test
    void shouldFindNothing() throws IOException {
        for (final String text : new String[] {
            "",
            "nameserver",
            "nameserver ",
            "nameserver192.0.2.1",
            "nameserver fe80::1\n",
            "nameserver fe80::1%lo\n",
            "nameserver [::1]\n"
        }) {
            try (FileHostResolver resolver = new FileHostResolver(write(text).toString())) {
                assertFalse(resolver.refresh(false, 0), text);
            }
        }
        try (FileHostResolver resolver =
                new FileHostResolver(directory.resolve("missing").toString())) {
            assertFalse(resolver.refresh(false, 0));
        }
        try (FileHostResolver resolver = new FileHostResolver(directory.toString())) {
            assertFalse(resolver.refresh(false, 0));
        }
    }

    @Test
    void shouldLookAgainOnceASecond() throws IOException {
        final Path file = write("nameserver 192.0.2.1\n");
        long nowNs = Long.MAX_VALUE - SECOND_NS / 2;
        try (FileHostResolver resolver = new FileHostResolver(file.toString())) {
            assertTrue(resolver.refresh(false, nowNs));
            replace(file, "nameserver 192.0.2.2\n");
            nowNs += SECOND_NS - 1;
            assertTrue(resolver.refresh(false, nowNs));
            assertAddress("192.0.2.1", resolver);
            nowNs += 1;
            assertTrue(resolver.refresh(false, nowNs));
            assertAddress("192.0.2.2", resolver);
            Files.delete(file);
            nowNs += SECOND_NS;
            assertFalse(resolver.refresh(false, nowNs));
            write("nameserver 192.0.2.3\n");
            nowNs += SECOND_NS;
            assertTrue(resolver.refresh(false, nowNs));
            assertAddress("192.0.2.3", resolver);
        }
    }

    private void assertFirst(final String address, final String text) throws IOException {
        assertFirst(false, address, text);
    }

    private void assertFirst(final boolean preferIpv6, final String address, final String text) throws IOException {
        try (FileHostResolver resolver = new FileHostResolver(write(text).toString())) {
            assertTrue(resolver.refresh(preferIpv6, 0), text);
            assertAddress(address, resolver);
        }
    }

    private static void assertAddress(final String address, final FileHostResolver resolver) {
        assertEquals(address, IpAddress.format(resolver.addressHi(), resolver.addressLo()));
    }

    private Path write(final String text) throws IOException {
        return Files.writeString(directory.resolve("resolv.conf"), text);
    }

    /// As resolvconf does: another file, of the same length, in its place.
    private void replace(final Path file, final String text) throws IOException {
        Files.move(Files.writeString(directory.resolve("new"), text), file, StandardCopyOption.REPLACE_EXISTING);
    }
}
