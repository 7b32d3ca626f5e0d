package dev.tailrace.tapio.lab;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Opens a descriptor and becomes another program, which inherits it as number [#NUMBER]: what a client of
/// `--netns-type=tapfd` does.
///
/// Arguments: `tap PID FLAGS`, a TAP `tap0` in the network of a process, or `socket PATH`, a connection to a
/// SOCK_SEQPACKET socket; then the command, its program named by a path.
public final class WithFd {
    public static final int NUMBER = 33;

    private static final int MEMORY_LENGTH = 1 << 20;

    private WithFd() {}

    public static void main(final String[] args) {
        final boolean isTap = args[0].equals("tap");
        final int fd = isTap
                ? GuestTap.open(Long.parseLong(args[1]), "tap0", Integer.parseInt(args[2]))
                : FrameSockets.connect(Path.of(args[1]));
        Syscall.check(Syscall.call(SyscallNumber.DUP3, fd, NUMBER, 0), "dup3", "fd " + fd);
        Fd.close(fd);
        become(List.of(args).subList(isTap ? 3 : 2, args.length));
    }

    /// The command line that does this with our classes.
    public static List<String> command(final List<String> what, final List<String> program) {
        final List<String> command = new ArrayList<>(OurProgram.java(WithFd.class.getName()));
        command.addAll(what);
        command.addAll(program);
        return command;
    }

    private static void become(final List<String> command) {
        final List<String> environment = new ArrayList<>();
        System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
        try (Memory memory = Memory.region(MEMORY_LENGTH)) {
            final long arguments = strings(memory, command);
            final long program = memory.buffer().getLong(memory.offset(arguments));
            Syscall.check(
                    Syscall.call(SyscallNumber.EXECVE, program, arguments, strings(memory, environment)),
                    "execve",
                    command.getFirst());
        }
    }

    private static long strings(final Memory memory, final List<String> texts) {
        final long array = memory.allocate((texts.size() + 1) * Long.BYTES);
        for (int i = 0; i < texts.size(); i++) {
            memory.buffer().putLong(memory.offset(array) + i * Long.BYTES, memory.cString(texts.get(i)));
        }
        return array;
    }
}
