package dev.tailrace.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A proc(5) made of files; the numbers in `net/tcp` are those of a machine with its low byte first.
class OwnersTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt" + "   uid  timeout inode\n";

    @TempDir
    Path proc;

    @Test
    void shouldFindTheProcessOfASocket() throws IOException, NetException {
        process(10, "net:[1]", "web\u001b[31m", 111, 112);
        process(11, "net:[1]", "helper", 112);
        process(12, "net:[2]", "other", 113);
        final Path net = Files.createDirectory(proc.resolve("10/net"));
        Files.writeString(
                net.resolve("tcp"),
                HEAD
                        + socket("6402000A:9C40", "076433C6:01BB", 111)
                        + socket("00000000:0050", "00000000:0000", 112)
                        + socket("6402000A:9C41", "076433C6:01BB", 113));
        Files.writeString(net.resolve("udp"), HEAD + socket("6402000A:1388", "00000000:0000", 111));
        Files.writeString(
                net.resolve("tcp6"),
                HEAD + socket("000000FD000000000000000064000000:0050", "000000FD000000000000000002000000:1F90", 112));
        final JsonArray flows = new JsonArray();
        flows.add(flow("tcp", "10.0.2.100", 40_000, "198.51.100.7", 443));
        flows.add(flow("tcp", "10.0.2.100", 40_001, "198.51.100.7", 443));
        flows.add(flow("tcp", "10.0.2.100", 80, null, 0));
        flows.add(flow("udp", "10.0.2.100", 5000, "10.0.2.3", 53));
        flows.add(flow("udp", "10.0.2.100", 5001, "10.0.2.3", 53));
        Owners.of(proc, 10).addTo(flows);
        assertEquals("web?[31m[10]", flows.getObject(0).getString("owner"));
        assertFalse(flows.getObject(1).has("owner"), "of another namespace");
        final String both = flows.getObject(2).getString("owner");
        assertTrue(both.contains("web?[31m[10]") && both.contains("helper[11]"), both);
        assertEquals("web?[31m[10]", flows.getObject(3).getString("owner"));
        assertFalse(flows.getObject(4).has("owner"));
    }

    @Test
    void shouldSayInOneLineThatThereIsNoSuchProcess() {
        final NetException e = assertThrows(NetException.class, () -> Owners.of(proc, 77));
        assertEquals("--pid 77: cannot look into " + proc + "/77: there is no such process", e.getMessage());
    }

    private void process(final int pid, final String namespace, final String name, final int... sockets)
            throws IOException {
        final Path process = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.createDirectory(process.resolve("ns"));
        Files.createSymbolicLink(process.resolve("ns/net"), Path.of(namespace));
        Files.writeString(process.resolve("comm"), name + "\n");
        final Path descriptors = Files.createDirectory(process.resolve("fd"));
        for (int i = 0; i < sockets.length; i++) {
            Files.createSymbolicLink(
                    descriptors.resolve(Integer.toString(3 + i)), Path.of("socket:[" + sockets[i] + "]"));
        }
        Files.createSymbolicLink(descriptors.resolve("0"), Path.of("/dev/null"));
    }

    private static String socket(final String local, final String remote, final int inode) {
        return "   0: " + local + " " + remote + " 01 00000000:00000000 00:00000000 00000000     0        0 " + inode
                + " 1 0000000000000000 20 4 30 10 -1\n";
    }

    private static JsonObject flow(
            final String kind, final String guest, final int port, final @Nullable String peer, final int peerPort) {
        final JsonObject flow = new JsonObject();
        flow.put("proto", kind);
        flow.put("guest_addr", guest);
        flow.put("guest_port", port);
        if (peer != null) {
            flow.put("peer_addr", peer);
            flow.put("peer_port", peerPort);
        }
        return flow;
    }
}
