package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Much data over few connections.
class BulkTransferIT extends KernelSuite {
    private static final long GIB = 1L << 30;
    private static final int HTTP_PORT = 8000;
    private static final int SINK_PORT = 8001;

    /// More sent again than one segment in this many bytes means that something is wrong, on links that lose
    /// nothing. What remains are loss probes of either kernel, to a receiver that waits for a processor.
    private static final long BYTES_PER_RETRANSMIT = 4 << 20;

    @ParameterizedTest
    @CsvSource({
        "1500,  --time=2",
        "1500,  --time=2 --reverse",
        "65520, --time=2",
        "65520, --time=2 --reverse",
        "1500,  --time=2 --parallel=4",
        "1500,  --time=2 --parallel=4 --reverse",
    })
    void shouldCarryIperf(final int mtu, final String options) {
        assertCarries(newNetwork("-c", "-m", Integer.toString(mtu)), Lab.HOST_ADDRESS, mtu + " " + options);
    }

    @ParameterizedTest
    @CsvSource({"1500,  --time=1", "1500,  --time=1 --reverse", "65520, --time=1", "65520, --time=1 --reverse"})
    void shouldCarryIperfOverIpv6(final int mtu, final String options) {
        assumeIpv6();
        final Network network = newNetwork("-c", "-6", "-m", Integer.toString(mtu));
        network.address6();
        assertCarries(network, Lab.HOST_ADDRESS6, mtu + " " + options);
    }

    private void assertCarries(final Network network, final String address, final String mtuAndOptions) {
        final String[] options =
                mtuAndOptions.substring(mtuAndOptions.indexOf(' ') + 1).split(" ");
        internet();
        final Program server = Iperf.serve(host());
        final Iperf result = Iperf.run(network.guest(), address, options);
        System.out.println(subject + " iperf3 to " + address + " at MTU " + mtuAndOptions + ": " + result);
        server.close();
        assertTrue(result.receivedBytes() > 0, result.toString());
        final long allowed = result.sentBytes() / BYTES_PER_RETRANSMIT;
        assertTrue(
                subject.has(Quirk.SLOW) || result.retransmits() <= allowed, result + ", where " + allowed + " may be");
    }

    @Test
    void shouldDownloadAFile() {
        final Path file = randomFile();
        serve(
                internet(),
                HTTP_PORT,
                "busybox",
                "httpd",
                "-f",
                "-p",
                FAR + ":" + HTTP_PORT,
                "-h",
                file.getParent().toString());
        final String url = "http://" + FAR + ":" + HTTP_PORT + "/" + file.getFileName();
        assertEquals(
                bash(host(), "sha256sum <" + file),
                bash(guest(), "curl --silent --show-error --fail " + url + " | sha256sum"));
    }

    @Test
    void shouldCarryAFileBothWaysOverIpv6() {
        assumeIpv6();
        final Network network = newNetwork("-c", "-6");
        network.address6();
        final Path file = randomFile(GIB / 8);
        final String expected = bash(host(), "sha256sum <" + file);
        serve(
                internet(),
                SINK_PORT + 1,
                "sh",
                "-c",
                "nc.openbsd -N -l " + Lab.FAR_ADDRESS6 + " " + (SINK_PORT + 1) + " <" + file);
        final String download = "nc.openbsd -d " + Lab.FAR_ADDRESS6 + " " + (SINK_PORT + 1) + " | sha256sum";
        assertEquals(expected, bash(network.guest(), download));
        final Program sink = serve(
                internet(),
                SINK_PORT,
                "sh",
                "-c",
                "nc.openbsd -l " + Lab.FAR_ADDRESS6 + " " + SINK_PORT + " | sha256sum");
        network.guest().run("sh", "-c", "nc.openbsd -N " + Lab.FAR_ADDRESS6 + " " + SINK_PORT + " <" + file);
        assertEquals(0, sink.awaitExit(), sink.toString());
        assertEquals(expected, sink.stdout());
    }

    @Test
    void shouldUploadAFile() {
        final Path file = randomFile();
        final Program sink =
                serve(internet(), SINK_PORT, "sh", "-c", "nc.openbsd -l " + FAR + " " + SINK_PORT + " | sha256sum");
        guest().run("sh", "-c", "nc.openbsd -N " + FAR + " " + SINK_PORT + " <" + file);
        assertEquals(0, sink.awaitExit(), sink.toString());
        assertEquals(bash(host(), "sha256sum <" + file), sink.stdout());
    }

    /// A file of pseudo-random bytes that every place can read.
    private Path randomFile() {
        return randomFile(subject.has(Quirk.SLOW) ? GIB / 8 : GIB);
    }

    private static Path randomFile(final long length) {
        final Path file = lab().directory().resolve("random");
        bash(
                host(),
                "openssl enc -aes-128-ctr -pass pass:tailrace -pbkdf2 -nosalt </dev/zero 2>/dev/null" + " | head -c "
                        + length + " >" + file + " || test $(stat -c %s " + file + ") = " + length);
        return file;
    }
}
