package dev.tailrace.runtime.net;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Which process owns the guest's end of a flow: the flow's addresses lead to a socket of the
/// namespace, and its inode to the processes there that have it open, as `ss -p` does it. Processes
/// that may not be looked into have no name.
final class Owners {
    private static final String SOCKET = "socket:[";

    private final ProcSockets sockets;
    private final Map<Long, String> processes;

    private Owners(final ProcSockets sockets, final Map<Long, String> processes) {
        this.sockets = sockets;
        this.processes = processes;
    }

    /// Looks at the namespace of a process.
    ///
    /// @param proc where proc(5) is mounted
    /// @throws NetException when there is no such process, or it may not be looked into
    static Owners of(final Path proc, final long pid) throws NetException {
        final Path process = proc.resolve(Long.toString(pid));
        try {
            final Path namespace = Files.readSymbolicLink(process.resolve("ns/net"));
            return new Owners(ProcSockets.read(process.resolve("net")), processes(proc, namespace));
        } catch (final IOException e) {
            throw new NetException("--pid " + pid + ": cannot look into " + process
                    + (Files.exists(process) ? ": be its user or root" : ": there is no such process"));
        }
    }

    /// Adds `owner` to the flows whose owner is known.
    void addTo(final JsonArray flows) {
        for (int i = 0; i < flows.size(); i++) {
            final JsonObject flow = flows.getObject(i);
            final Long inode = sockets.inode(
                    flow.getString("proto", ""),
                    flow.getString("guest_addr", ""),
                    flow.getInt("guest_port"),
                    flow.getString("peer_addr", ""),
                    flow.getInt("peer_port"));
            final String owner = inode == null ? null : processes.get(inode);
            if (owner != null) {
                flow.put("owner", owner);
            }
        }
    }

    private static Map<Long, String> processes(final Path proc, final Path namespace) throws IOException {
        final Map<Long, String> processes = new HashMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (final Path process : entries) {
                addSockets(process, namespace, processes);
            }
        }
        return processes;
    }

    private static void addSockets(final Path process, final Path namespace, final Map<Long, String> processes) {
        try {
            if (!Files.readSymbolicLink(process.resolve("ns/net")).equals(namespace)) {
                return;
            }
            final String name = name(process);
            try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
                for (final Path descriptor : descriptors) {
                    final String target = Files.readSymbolicLink(descriptor).toString();
                    if (target.startsWith(SOCKET)) {
                        final long inode = Long.parseLong(target.substring(SOCKET.length(), target.length() - 1));
                        processes.merge(inode, name, (one, other) -> one.contains(other) ? one : one + "," + other);
                    }
                }
            }
        } catch (final IOException | DirectoryIteratorException e) {
            // It has ended meanwhile, or belongs to somebody else: then its sockets stay without a name.
            return;
        }
    }

    /// `name[pid]`; a process chooses its name, so only what is harmless on a terminal is kept.
    private static String name(final Path process) throws IOException {
        final String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                .strip()
                .replaceAll("[^\\x21-\\x7e]", "?");
        return name + "[" + process.getFileName() + "]";
    }
}
