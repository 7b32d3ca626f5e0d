package dev.tailrace.perf.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import jnr.constants.platform.Errno;

/// Which processors threads may use. What a thread starts, threads and processes, inherits it.
public final class Affinity {
    /// `cpu_set_t` of the C library: 1024 processors. The kernel takes less and ignores what it does not have.
    private static final int MASK_BYTES = 128;

    private static final int OWN_THREAD = 0;

    private Affinity() {}

    /// The processors that the calling thread may use.
    public static BitSet ofThread() {
        final byte[] mask = new byte[MASK_BYTES];
        if (Posix.LIBC.sched_getaffinity(OWN_THREAD, MASK_BYTES, mask) < 0) {
            throw new LabException("reading which processors we may use: sched_getaffinity: " + Posix.error());
        }
        return BitSet.valueOf(mask);
    }

    /// Lets the calling thread use only some processors, and those of its children that it starts from now on.
    public static void restrictThread(final BitSet processors) {
        if (!set(OWN_THREAD, processors)) {
            throw new LabException("the thread that should be kept on the processors %s is gone".formatted(processors));
        }
    }

    /// Lets all threads of a process and of all below it use only some processors.
    ///
    /// @throws LabException in one line, if one cannot be restricted; one that ends meanwhile is left out
    public static void restrict(final ProcessHandle process, final BitSet processors) {
        restrictThreads(process, processors);
        process.descendants().forEach(each -> restrictThreads(each, processors));
    }

    /// Until no thread is new: one that is not restricted yet may start another.
    private static void restrictThreads(final ProcessHandle process, final BitSet processors) {
        final Set<Integer> done = new HashSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (final int thread : threads(process)) {
                more |= done.add(thread) && set(thread, processors);
            }
        }
    }

    private static Set<Integer> threads(final ProcessHandle process) {
        final Set<Integer> threads = new HashSet<>();
        final Path tasks = Path.of("/proc/" + process.pid() + "/task");
        try (DirectoryStream<Path> found = Files.newDirectoryStream(tasks)) {
            found.forEach(each -> threads.add(Integer.valueOf(each.getFileName().toString())));
        } catch (NoSuchFileException ended) {
            return Set.of();
        } catch (IOException failure) {
            throw new LabException("listing the threads in " + tasks, failure);
        }
        return threads;
    }

    /// @return false if there is no such thread any more
    private static boolean set(final int thread, final BitSet processors) {
        final byte[] mask = new byte[MASK_BYTES];
        final byte[] wanted = processors.toByteArray();
        System.arraycopy(wanted, 0, mask, 0, wanted.length);
        if (Posix.LIBC.sched_setaffinity(thread, MASK_BYTES, mask) == 0) {
            return true;
        }
        if (Posix.NATIVE.errno() == Errno.ESRCH.intValue()) {
            return false;
        }
        throw new LabException(
                "keeping the thread %d on the processors %s: %s".formatted(thread, processors, Posix.error()));
    }
}
