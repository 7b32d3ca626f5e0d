package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.ContainerFiles;
import dev.tailrace.runtime.engine.ContainerFiles.Found;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.log.EntryFormat;
import dev.tailrace.runtime.storage.files.FileStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

/// `docker cp`.
final class FileHandlers {
    private static final String STAT = "X-Docker-Container-Path-Stat";

    private static final int PERMISSIONS = 0x1ff;
    private static final int S_ISUID = 0x800;
    private static final int S_ISGID = 0x400;
    private static final int S_ISVTX = 0x200;
    private static final int S_IFSOCK = 0xc000;

    private final Engine engine;

    FileHandlers(final Engine engine) {
        this.engine = engine;
    }

    void find(final Request request, final String name, final Exchange exchange) throws IOException {
        exchange.send(200, "", new byte[0], stat(files(name).find(request.text("path"))));
    }

    void read(final Request request, final String name, final Exchange exchange) throws IOException {
        files(name).read(request.text("path"), found -> exchange.stream(200, Headers.TAR, stat(found)));
    }

    void write(final Request request, final String name, final Exchange exchange) throws IOException {
        files(name)
                .write(
                        request.text("path"),
                        request.body(),
                        request.flag("noOverwriteDirNonDir"),
                        request.flag("copyUIDGID"));
        exchange.send(200, "", new byte[0], Map.of());
    }

    private ContainerFiles files(final String name) {
        return engine.files(engine.container(name), name);
    }

    private static Map<String, String> stat(final Found found) {
        final FileStatus status = found.status();
        final byte[] json = Json.bytes(Json.object(
                "name", found.name(),
                "size", status.sizeBytes(),
                "mode", goMode(status),
                "mtime", EntryFormat.timestamp(Instant.ofEpochSecond(status.mtimeSeconds(), status.mtimeNanos())),
                "linkTarget", found.linkTarget()));
        return Map.of(STAT, Base64.getEncoder().encodeToString(json));
    }

    /// As Go's os.FileMode has it: the permissions, and the type and the rest in the bits from the highest down.
    static long goMode(final FileStatus status) {
        long mode = status.mode() & PERMISSIONS;
        if (status.isDirectory()) {
            mode |= 1L << 31;
        } else if (status.isSymbolicLink()) {
            mode |= 1L << 27;
        } else if (status.isDevice()) {
            mode |= 1L << 26 | (status.isCharacterDevice() ? 1L << 21 : 0);
        } else if (status.isFifo()) {
            mode |= 1L << 25;
        } else if (status.type() == S_IFSOCK) {
            mode |= 1L << 24;
        }
        return mode
                | ((status.mode() & S_ISUID) != 0 ? 1L << 23 : 0)
                | ((status.mode() & S_ISGID) != 0 ? 1L << 22 : 0)
                | ((status.mode() & S_ISVTX) != 0 ? 1L << 20 : 0);
    }
}
