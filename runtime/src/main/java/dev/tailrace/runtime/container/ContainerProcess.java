package dev.tailrace.runtime.container;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/// A process that runs in a container, or has run.
///
/// The streams are the caller's to read: output that nobody reads stops the process when the pipe is full. They end
/// when the last process that holds the other end has ended.
public interface ContainerProcess extends AutoCloseable {
    /// In the engine's process namespace.
    int pid();

    /// What is written here the process reads; closing it is the end of file (a terminal gets its end-of-file
    /// character).
    OutputStream input();

    /// The standard output, or all that a terminal shows.
    InputStream output();

    /// Empty if it has a terminal.
    Optional<InputStream> error();

    /// Does nothing without a terminal.
    void resize(int rows, int columns);

    /// Does nothing if it has ended.
    ///
    /// @param signal number
    void signal(int signal);

    /// Stops every process of the container, or lets them go on.
    void setPaused(boolean isPaused);

    /// The processes of the container, this one first.
    List<Integer> processes();

    /// Its exit code, or 128 and the number of the signal that ended it. Nothing that it started in its process
    /// namespace runs then, if it was the container's first process.
    CompletableFuture<Integer> exit();

    /// Whether the kernel has killed it, or another process of its container, for want of memory; known when it has
    /// ended, of a container's first process.
    default boolean isOutOfMemory() {
        return false;
    }

    /// Closes the streams. Does not end the process.
    @Override
    void close();

    /// A descriptor of the root directory that it sees, with all that is mounted there; the caller's to close. Empty
    /// if it has ended, or has no root of its own.
    default OptionalInt openRoot() {
        return OptionalInt.empty();
    }
}
