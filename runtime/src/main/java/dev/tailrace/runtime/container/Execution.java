package dev.tailrace.runtime.container;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/// The end of a child's program: execve. The child itself looks for the program, as the user that it has become and in
/// the root that it has got, so that what is mounted there and what is forbidden there count.
final class Execution {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int X_OK = 1;
    private static final int AT_EMPTY_PATH = 0x1000;

    private final ChildProgram child;
    private final String name;
    private final boolean isSearched;
    private final List<Attempt> attempts = new ArrayList<>();
    private int last;

    /// @param access asks whether it may be executed
    /// @param execute executes it
    private record Attempt(String path, int access, int execute) {}

    private Execution(final ChildProgram child, final String name) {
        this.child = child;
        this.name = name;
        this.isSearched = name.indexOf('/') < 0;
    }

    /// Appends it.
    ///
    /// @param environment with PATH, if that is not to be Docker's default
    /// @param initFd descriptor, in the child, of the program that is to execute this one; empty for none
    static Execution append(
            final ChildProgram child,
            final List<String> arguments,
            final List<String> environment,
            final OptionalInt initFd) {
        if (arguments.isEmpty()) {
            throw new StartException(StartException.OTHER, "no command specified");
        }
        final Execution execution = new Execution(child, arguments.getFirst());
        execution.append(arguments, environment, initFd);
        return execution;
    }

    private void append(final List<String> texts, final List<String> variables, final OptionalInt initFd) {
        final long arguments = child.pointers(texts);
        final long environment = child.pointers(variables);
        for (final String path : isSearched ? candidates(variables) : List.of(name)) {
            final long place = child.text(path);
            final int access = child.add("access", path, SyscallNumber.FACCESSAT, ChildProgram.AT_FDCWD, place, X_OK);
            final int execute = initFd.isEmpty()
                    ? child.add("execute", path, SyscallNumber.EXECVE, place, arguments, environment)
                    : executeInit(initFd.getAsInt(), path, texts, environment);
            child.program().jumpOnError(access, execute + 1);
            child.program().ignoreError(execute);
            attempts.add(new Attempt(path, access, execute));
        }
        // Fails, so that the program never ends well.
        last = child.add("execute", name, SyscallNumber.EXECVE, child.text(""), arguments, environment);
    }

    private int executeInit(final int fd, final String path, final List<String> texts, final long environment) {
        final List<String> arguments = new ArrayList<>(List.of(InitProgram.TITLE, path));
        arguments.addAll(texts);
        return child.add(
                "execute",
                InitProgram.TITLE,
                SyscallNumber.EXECVEAT,
                fd,
                child.text(""),
                child.pointers(arguments),
                environment,
                AT_EMPTY_PATH);
    }

    /// Elements that are not absolute are left out: they would be relative to the working directory.
    private List<String> candidates(final List<String> variables) {
        String path = DEFAULT_PATH;
        for (final String variable : variables) {
            if (variable.startsWith("PATH=")) {
                path = variable.substring("PATH=".length());
            }
        }
        final List<String> candidates = new ArrayList<>();
        for (final String directory : path.split(":")) {
            if (directory.startsWith("/") && !name.isEmpty()) {
                candidates.add(directory + (directory.endsWith("/") ? "" : "/") + name);
            }
        }
        return candidates;
    }

    /// Why the program failed, in Docker's words.
    StartException failure(final LinuxException e) {
        if (e.errno() == Errno.EINVAL && e.call().equals(ChildProgram.BIND)) {
            return new StartException(
                    StartException.NOT_FOUND,
                    ChildProgram.BIND + " " + e.object()
                            + ": not a directory: are you trying to mount a directory onto a file (or"
                            + " vice-versa)? Check if the specified host path exists and is the expected type");
        }
        if (child.program().failedRecord() != last) {
            return failure(StartException.OTHER, describe(e.call(), e.object()) + ": ", e.errno());
        }
        final String quoted = "exec: \"" + name + "\": ";
        int worst = Errno.ENOENT;
        for (final Attempt attempt : attempts) {
            final int refused = -(int) child.program().result(attempt.access());
            final int failed = -(int) child.program().result(attempt.execute());
            if (refused == 0 && failed != Errno.EACCES) {
                return noProgram(attempt.path(), failed);
            }
            if (refused == 0 || refused == Errno.EACCES) {
                worst = Errno.EACCES;
            } else if (!isSearched) {
                worst = refused;
            }
        }
        if (worst == Errno.EACCES) {
            return failure(StartException.NOT_EXECUTABLE, quoted, worst);
        }
        return isSearched
                ? new StartException(StartException.NOT_FOUND, quoted + "executable file not found in $PATH")
                : failure(StartException.NOT_FOUND, quoted + "stat " + name + ": ", worst);
    }

    /// Why init could not execute what the child had found.
    StartException failureOfInit(final int errno) {
        final String path = attempts.stream()
                .filter(attempt -> child.program().result(attempt.access()) == 0)
                .findFirst()
                .orElseThrow()
                .path();
        return errno == Errno.EACCES
                ? failure(StartException.NOT_EXECUTABLE, "exec: \"" + name + "\": ", errno)
                : noProgram(path, errno);
    }

    /// It was there and could be executed: its interpreter is missing, or it is no program.
    private static StartException noProgram(final String path, final int errno) {
        final boolean isMissing = errno == Errno.ENOENT;
        return failure(
                isMissing ? StartException.NOT_FOUND : StartException.NOT_EXECUTABLE, "exec " + path + ": ", errno);
    }

    private static String describe(final String call, final String object) {
        return object.isEmpty() ? call : call + " " + object;
    }

    private static StartException failure(final int exitCode, final String what, final int errno) {
        return new StartException(exitCode, what + Errno.text(errno).toLowerCase(Locale.ROOT));
    }
}
