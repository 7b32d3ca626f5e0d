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
        final Network network = newNetwork("-c", "-m", Integer.toString(mtu));
        final Program server = Iperf.serve(host());
        final Iperf result = Iperf.run(network.guest(), Lab.HOST_ADDRESS, options.split(" "));
        System.out.println(subject + " iperf3 " + options + " at MTU " + mtu + ": " + result);
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
        final Path file = lab().directory().resolve("random");
        final long length = subject.has(Quirk.SLOW) ? GIB / 8 : GIB;
        bash(
                host(),
                "openssl enc -aes-128-ctr -pass pass:tailrace -pbkdf2 -nosalt </dev/zero 2>/dev/null" + " | head -c "
                        + length + " >" + file + " || test $(stat -c %s " + file + ") = " + length);
        return file;
    }
}
