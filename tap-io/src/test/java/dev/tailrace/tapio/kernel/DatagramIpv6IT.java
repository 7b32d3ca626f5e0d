package dev.tailrace.tapio.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// UDP over IPv6, and its segmentation in both directions.
class DatagramIpv6IT extends DatagramIT {
    private static final int SEGMENT_BYTES = 1400;
    private static final int MESSAGE_BYTES = 10 * SEGMENT_BYTES;
    private static final int MESSAGES = 10;
    private static final int SEGMENTED_PORT = 7030;

    /// More frames than messages, but far fewer than datagrams: 100.
    private static final int MOST_FRAMES = 60;

    @Override
    Family family() {
        return Family.IPV6;
    }

    @Test
    void shouldTakeSegmentedDatagramsWhole() throws IOException {
        final long before = network().counters().get("FRAMES_IN");
        sendSegmented(guest(), internet(), family().far());
        final long frames = network().counters().get("FRAMES_IN") - before;
        System.out.println(subject + " segmented datagrams up: " + frames + " frames");
        assertTrue(frames < MOST_FRAMES, frames + " frames");
    }

    @Test
    void shouldGiveSegmentedDatagramsWhole() throws IOException {
        final Network network = newNetwork("-c", "-6");
        final String guest = network.address6();
        final String reply = network.request("{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"udp\","
                + "\"host_port\":" + SEGMENTED_PORT + ",\"guest_addr\":\"" + guest + "\",\"guest_port\":"
                + SEGMENTED_PORT
                + "}}");
        assertEquals("{\"return\":{\"id\":1}}", reply);
        // Of what comes before the guest's Ethernet address is known, only a little is kept.
        network.guest().run("ping", "-n", "-c1", "-W10", "-I", guest, Network.GATEWAY6);
        final long before = network.counters().get("FRAMES_OUT");
        sendSegmented(host(), network.guest(), family().host());
        final long frames = network.counters().get("FRAMES_OUT") - before;
        System.out.println(subject + " segmented datagrams down: " + frames + " frames");
        assertTrue(frames < MOST_FRAMES, frames + " frames");
    }

    /// Sends messages that the sender's kernel need not cut (UDP_SEGMENT), and compares what comes out.
    private static void sendSegmented(final Place from, final Place to, final String address) throws IOException {
        final Path sent = lab().directory().resolve("segments");
        final Path received = lab().directory().resolve("received");
        final int length = MESSAGES * MESSAGE_BYTES;
        bash(from, "head -c " + length + " /dev/urandom >" + sent);
        final Program sink = to.start(
                "socat", "-u", "UDP6-RECV:" + SEGMENTED_PORT + ",rcvbuf=1000000", "OPEN:" + received + ",creat,trunc");
        Ports.awaitUdp6(to, SEGMENTED_PORT);
        from.run(
                "socat",
                "-u",
                "-b",
                Integer.toString(MESSAGE_BYTES),
                "OPEN:" + sent,
                "UDP6-SENDTO:[" + address + "]:" + SEGMENTED_PORT + ",setsockopt-int=17:103:" + SEGMENT_BYTES);
        Await.until(
                () -> "all of " + length + " bytes in " + sink + " "
                        + received.toFile().length(),
                () -> received.toFile().length() == length);
        sink.close();
        assertEquals(-1, Files.mismatch(sent, received));
    }
}
