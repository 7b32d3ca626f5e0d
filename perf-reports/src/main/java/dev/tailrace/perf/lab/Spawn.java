package dev.tailrace.perf.lab;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import jnr.constants.platform.OpenFlags;
import jnr.posix.SpawnAttribute;
import jnr.posix.SpawnFileAction;

/// One start of a program by `posix_spawnp`, as a [ProcessBuilder] describes it, and the descriptors it needs. Only
/// one runs at a time.
///
/// The program gets a process group of its own, so that what it starts can be ended with it. One that reads our
/// standard input stays in our group: a terminal would stop it otherwise.
final class Spawn {
    private static final int STANDARD_INPUT = 0;
    private static final int STANDARD_OUTPUT = 1;
    private static final int STANDARD_ERROR = 2;
    private static final int FIRST_OTHER = 3;
    private static final int MODE = 0666;

    /// linux/close_range.h
    private static final int CLOSE_RANGE_CLOEXEC = 4;

    private final ProcessBuilder builder;
    private final String program;
    private final boolean leadsGroup;
    private final List<SpawnFileAction> actions = new ArrayList<>();
    private final List<Integer> descriptors = new ArrayList<>();
    private final List<AutoCloseable> streams = new ArrayList<>();
    private OutputStream input = OutputStream.nullOutputStream();
    private InputStream output = InputStream.nullInputStream();
    private InputStream error = InputStream.nullInputStream();

    Spawn(final ProcessBuilder builder) {
        if (builder.command().isEmpty()) {
            throw new LabException("starting nothing: the command line is empty");
        }
        this.builder = builder;
        this.program = builder.command().getFirst();
        this.leadsGroup = builder.redirectInput() != ProcessBuilder.Redirect.INHERIT;
    }

    boolean leadsGroup() {
        return leadsGroup;
    }

    /// What the process reads.
    OutputStream input() {
        return input;
    }

    /// What the process writes: a [PipeInput] if it comes through a pipe.
    InputStream output() {
        return output;
    }

    InputStream error() {
        return error;
    }

    /// Starts the program.
    ///
    /// @return its process id
    int start() {
        if (builder.directory() != null) {
            throw new LabException("starting %s in the directory %s: posix_spawn cannot; use env --chdir"
                    .formatted(program, builder.directory()));
        }
        try {
            connect();
            final int pid = spawn();
            streams.clear();
            return pid;
        } catch (IOException failure) {
            throw new LabException("starting " + program, failure);
        } finally {
            descriptors.forEach(Posix.NATIVE::close);
            streams.forEach(this::close);
        }
    }

    private void connect() throws IOException {
        final ProcessBuilder.Redirect in = builder.redirectInput();
        if (in == ProcessBuilder.Redirect.PIPE) {
            final int[] ends = pipe();
            actions.add(SpawnFileAction.dup(ends[0], STANDARD_INPUT));
            input = keep(new FileOutputStream(reopened(ends[1])));
        } else if (in != ProcessBuilder.Redirect.INHERIT) {
            actions.add(SpawnFileAction.dup(open(in), STANDARD_INPUT));
        }
        output = connect(builder.redirectOutput(), STANDARD_OUTPUT);
        if (builder.redirectErrorStream()) {
            actions.add(SpawnFileAction.dup(STANDARD_OUTPUT, STANDARD_ERROR));
        } else {
            error = connect(builder.redirectError(), STANDARD_ERROR);
        }
    }

    private InputStream connect(final ProcessBuilder.Redirect redirect, final int descriptor) throws IOException {
        if (redirect == ProcessBuilder.Redirect.PIPE) {
            final int[] ends = pipe();
            actions.add(SpawnFileAction.dup(ends[1], descriptor));
            return keep(new PipeInput(new FileInputStream(reopened(ends[0]))));
        }
        if (redirect != ProcessBuilder.Redirect.INHERIT) {
            actions.add(SpawnFileAction.dup(open(redirect), descriptor));
        }
        return InputStream.nullInputStream();
    }

    private int[] pipe() {
        final int[] ends = new int[2];
        if (Posix.LIBC.pipe2(ends, OpenFlags.O_CLOEXEC.intValue()) != 0) {
            throw new LabException("making a pipe for %s: %s".formatted(program, Posix.error()));
        }
        descriptors.add(ends[0]);
        descriptors.add(ends[1]);
        return ends;
    }

    /// How Java comes by a stream for a descriptor. That of the other end must be open.
    private static String reopened(final int descriptor) {
        return "/proc/self/fd/" + descriptor;
    }

    private int open(final ProcessBuilder.Redirect redirect) {
        final File file = Objects.requireNonNull(redirect.file());
        final int flags = switch (redirect.type()) {
            case READ -> OpenFlags.O_RDONLY.intValue();
            case APPEND -> OpenFlags.O_WRONLY.intValue() | OpenFlags.O_CREAT.intValue() | OpenFlags.O_APPEND.intValue();
            default -> OpenFlags.O_WRONLY.intValue() | OpenFlags.O_CREAT.intValue() | OpenFlags.O_TRUNC.intValue();
        };
        final int descriptor = Posix.NATIVE.open(file.getPath(), flags | OpenFlags.O_CLOEXEC.intValue(), MODE);
        if (descriptor < 0) {
            throw new LabException("opening %s for %s: %s".formatted(file, program, Posix.error()));
        }
        descriptors.add(descriptor);
        return descriptor;
    }

    private int spawn() {
        // Java opens its files without O_CLOEXEC.
        if (Posix.LIBC.close_range(FIRST_OTHER, -1, CLOSE_RANGE_CLOEXEC) != 0) {
            throw new LabException(
                    "keeping our descriptors from %s: close_range: %s".formatted(program, Posix.error()));
        }
        final List<SpawnAttribute> attributes = leadsGroup
                ? List.of(SpawnAttribute.pgroup(0), SpawnAttribute.flags((short) SpawnAttribute.SETPGROUP))
                : List.of();
        final List<String> environment = builder.environment().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .toList();
        final long pid = Posix.NATIVE.posix_spawnp(program, actions, attributes, builder.command(), environment);
        if (pid < 0) {
            throw new LabException("starting %s: %s".formatted(program, Posix.error()));
        }
        return (int) pid;
    }

    private <T extends AutoCloseable> T keep(final T stream) {
        streams.add(stream);
        return stream;
    }

    private void close(final AutoCloseable stream) {
        try {
            stream.close();
        } catch (Exception failure) {
            throw new LabException("closing a pipe of " + program, failure);
        }
    }
}
