package dev.tailrace.perf.matrix;

import java.util.Arrays;
import java.util.Optional;

/// What is done to containers, again and again, in cells that carry no traffic. The time of one is measured.
public enum Operation {
    /// From the request to start a container that has been made to the first instruction of its program.
    START("start", "request to exec"),
    /// The same until the first byte of its output is at the client.
    FIRST_OUTPUT("first-output", "request to first output"),
    /// From the request to execute a program in a running container to the first instruction of that.
    EXEC("exec", "exec in a running container"),
    /// From the request to kill a running container until it has ended.
    STOP("stop", "stop, by SIGKILL"),
    /// Removing a container that has ended.
    REMOVE("rm", "rm of an ended container"),
    /// `run --rm IMAGE true` by docker's client, from its start to its end.
    DOCKER_RUN("docker-run", "docker run --rm busybox true"),
    /// The same by our client.
    OWN_RUN("tailrace-run", "tailrace run --rm busybox true"),
    /// Loading an archive of an image that is not there: its layers are unpacked and checked.
    LOAD("load", "image load"),
    /// The first byte written to a file of 16 MiB of the image, by `exec`.
    FIRST_WRITE("first-write", "first write to a file of 16 MiB"),
    /// 10,000 files made in a container by `exec`.
    SMALL_FILES("small-files", "10,000 small files");

    private final String label;
    private final String title;

    Operation(final String label, final String title) {
        this.label = label;
        this.title = title;
    }

    /// The second part of a cell's id.
    public String label() {
        return label;
    }

    /// For people.
    public String title() {
        return title;
    }

    static Optional<Operation> ofLabel(final String label) {
        return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
    }
}
