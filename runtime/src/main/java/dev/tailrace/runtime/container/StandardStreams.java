package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Both ends of a process' standard streams.
final class StandardStreams implements AutoCloseable {
    /// The child gives new meanings to the numbers up to this: its streams, and what [ProcessSetup] gives to init.
    private static final int HIGHEST_FIXED = 5;

    private static final long TIOCSWINSZ = 0x5414;

    /// struct winsize: rows, columns, and two that are unused, 16 bits each.
    private static final int WINSIZE_LENGTH = 8;

    private final List<Integer> childFds;
    private final boolean isTerminal;
    private final OutputStream input;
    private final InputStream output;
    private final Optional<InputStream> error;
    private final List<Descriptor> descriptors;

    private StandardStreams(
            final List<Integer> childFds,
            final boolean isTerminal,
            final OutputStream input,
            final DescriptorPair outputs,
            final List<Descriptor> descriptors) {
        this.childFds = childFds;
        this.isTerminal = isTerminal;
        this.input = input;
        this.output = new DescriptorInput(outputs.output());
        this.error = outputs.error().map(DescriptorInput::new);
        this.descriptors = descriptors;
    }

    private record DescriptorPair(Descriptor output, Optional<Descriptor> error) {}

    /// A terminal in the container's /dev/pts.
    static StandardStreams terminal(final PseudoTerminals terminals) {
        final List<Integer> ends = terminals.open();
        final int theirs = ends.getLast();
        // Two, because one thread reads while another writes.
        final Descriptor keyboard = new Descriptor(Fd.fcntl(ends.getFirst(), Fd.F_DUPFD_CLOEXEC, 0));
        final Descriptor screen = new Descriptor(ends.getFirst());
        return new StandardStreams(
                List.of(theirs, theirs, theirs),
                true,
                new DescriptorOutput(keyboard, true),
                new DescriptorPair(screen, Optional.empty()),
                List.of(screen, keyboard));
    }

    /// Three pipes, or two and /dev/null.
    static StandardStreams pipes(final boolean isInputOpen) {
        final List<Integer> opened = new ArrayList<>();
        try {
            final int theirInput;
            if (isInputOpen) {
                openPipe(opened);
                theirInput = opened.getFirst();
            } else {
                theirInput = aboveFixed(Fd.open("/dev/null", Fd.O_RDONLY | Fd.O_CLOEXEC));
                opened.add(theirInput);
            }
            final int first = opened.size();
            openPipe(opened);
            openPipe(opened);
            final Descriptor output = new Descriptor(opened.get(first));
            final Descriptor error = new Descriptor(opened.get(first + 2));
            final List<Descriptor> ours = new ArrayList<>(List.of(output, error));
            final OutputStream input;
            if (isInputOpen) {
                final Descriptor pipe = new Descriptor(opened.get(1));
                ours.add(pipe);
                input = new DescriptorOutput(pipe, false);
            } else {
                input = OutputStream.nullOutputStream();
            }
            return new StandardStreams(
                    List.of(theirInput, opened.get(first + 1), opened.get(first + 3)),
                    false,
                    input,
                    new DescriptorPair(output, Optional.of(error)),
                    ours);
        } catch (final RuntimeException e) {
            opened.forEach(Fd::close);
            throw e;
        }
    }

    /// Adds the end to read and the end to write.
    private static void openPipe(final List<Integer> opened) {
        final long pipe = Fd.pipe2(Fd.O_CLOEXEC);
        opened.add(aboveFixed(Fd.readEnd(pipe)));
        opened.add(aboveFixed(Fd.writeEnd(pipe)));
    }

    /// The same file under a number that the child does not give a new meaning to. An engine that was started without
    /// standard streams gets such numbers.
    static int aboveFixed(final int fd) {
        if (fd > HIGHEST_FIXED) {
            return fd;
        }
        final int higher = Fd.fcntl(fd, Fd.F_DUPFD_CLOEXEC, HIGHEST_FIXED + 1);
        Fd.close(fd);
        return higher;
    }

    /// The child's input, output and error.
    List<Integer> childFds() {
        return childFds;
    }

    /// Gives the child's ends to the user, so that he can open /dev/stdout and the like by name.
    void giveTo(final int uid) {
        for (final int fd : childFds.stream().distinct().toList()) {
            // -1 leaves the group. EPERM is /dev/null, which everybody may open.
            Syscall.call(SyscallNumber.FCHOWN, fd, uid, -1);
        }
    }

    /// The child has its ends: without this its output would never end.
    void closeChildFds() {
        childFds.stream().distinct().forEach(Fd::close);
    }

    boolean isTerminal() {
        return isTerminal;
    }

    OutputStream input() {
        return input;
    }

    InputStream output() {
        return output;
    }

    Optional<InputStream> error() {
        return error;
    }

    void resize(final int rows, final int columns) {
        if (isTerminal) {
            try (Memory memory = Memory.region(WINSIZE_LENGTH)) {
                memory.buffer().putShort(0, (short) rows);
                memory.buffer().putShort(Short.BYTES, (short) columns);
                descriptors.getFirst().control(TIOCSWINSZ, memory.address());
            }
        }
    }

    @Override
    public void close() {
        descriptors.forEach(Descriptor::close);
    }
}
