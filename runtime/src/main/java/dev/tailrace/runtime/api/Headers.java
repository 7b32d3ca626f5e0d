package dev.tailrace.runtime.api;

import dev.tailrace.tapio.slirp.Usage;
import java.util.Map;

/// What Docker says with every answer.
final class Headers {
    static final String JSON = "application/json";
    static final String TEXT = "text/plain; charset=utf-8";
    static final String TAR = "application/x-tar";
    static final String RAW_STREAM = "application/vnd.docker.raw-stream";
    static final String FRAMED_STREAM = "application/vnd.docker.multiplexed-stream";

    static final Map<String, String> COMMON = Map.of(
            "Api-Version",
            ApiVersion.CURRENT.toString(),
            "Docker-Experimental",
            "false",
            "Ostype",
            "linux",
            "Server",
            "Tailrace/" + Usage.productVersion() + " (linux)");

    private Headers() {}
}
