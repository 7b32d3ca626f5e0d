package dev.tailrace.runtime.api;

import dev.tailrace.runtime.registry.Progress;
import java.util.Map;

/// How a transfer goes, as docker's client draws it.
final class TransferLines implements Progress {
    private final ProgressStream stream;

    TransferLines(final ProgressStream stream) {
        this.stream = stream;
    }

    @Override
    public void tell(final String id, final String status) {
        stream.tell(
                id.isEmpty()
                        ? Json.object("status", status)
                        : Json.object("status", status, "progressDetail", Map.of(), "id", id));
    }

    @Override
    public void tell(final String id, final String status, final long bytes, final long ofBytes) {
        stream.tell(
                Json.object("status", status, "progressDetail", Map.of("current", bytes, "total", ofBytes), "id", id));
    }

    @Override
    public void pushed(final String tag, final String digest, final long sizeBytes) {
        stream.tell(Json.object(
                "progressDetail", Map.of(), "aux", Json.object("Tag", tag, "Digest", digest, "Size", sizeBytes)));
    }
}
