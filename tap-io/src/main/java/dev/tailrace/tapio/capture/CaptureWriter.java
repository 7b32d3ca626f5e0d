package dev.tailrace.tapio.capture;

import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.concurrent.locks.LockSupport;

/// The thread that writes a capture. It may wait for a disk as long as it likes; the loop does not wait for it.
///
/// After a failed write a file is cut back to its last whole record, what waits is dropped and counted, and the next
/// records are tried again: so a capture goes on when a disk has room again.
final class CaptureWriter implements Runnable {
    /// Bytes written at once: few calls, and room given back soon.
    private static final int BATCH_BYTES = 512 << 10;

    private static final long PAUSE_NS = 10_000_000L;

    private final CaptureRing ring;
    private final int fd;
    private final long fileStart;
    private final Thread thread;
    private long fileBytes;
    private long droppedByThread;
    private volatile long dropped;
    private volatile int errno;
    private volatile boolean isBroken;
    private volatile boolean isEnding;
    private volatile boolean isDone;
    private volatile boolean isIdle;

    /// Takes ring and descriptor over.
    ///
    /// @param fileStart where in the file the next byte goes, or [CaptureFile#NOT_SEEKABLE]
    CaptureWriter(final CaptureRing ring, final int fd, final long fileStart) {
        this.ring = ring;
        this.fd = fd;
        this.fileStart = fileStart;
        this.thread = Thread.ofPlatform().daemon().name("tailrace-capture").unstarted(this);
    }

    void start() {
        thread.start();
    }

    /// Frames that came this far and are not in the file.
    long dropped() {
        return dropped;
    }

    /// Errno of the last write that failed, or 0.
    int errno() {
        return errno;
    }

    /// Whether nothing will be written any more: a pipe that nobody reads, or a file that cannot be cut back.
    boolean isBroken() {
        return isBroken;
    }

    /// Whether everything is written and closed.
    boolean isDone() {
        return isDone;
    }

    /// Tells that much waits.
    void wake() {
        if (isIdle) {
            LockSupport.unpark(thread);
        }
    }

    /// Nothing more will be put: writes what waits and closes.
    void end() {
        isEnding = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (true) {
            final boolean isLast = isEnding;
            while (ring.available() > 0) {
                writeBatch();
            }
            if (isLast) {
                break;
            }
            isIdle = true;
            LockSupport.parkNanos(this, PAUSE_NS);
            isIdle = false;
        }
        ring.close();
        Fd.close(fd);
        isDone = true;
    }

    private void writeBatch() {
        final long available = ring.available();
        long length = 0;
        int records = 0;
        while (length < available && (records == 0 || length < BATCH_BYTES)) {
            length += recordLength(length);
            records++;
        }
        final long written = isBroken ? 0 : write(length);
        if (written < length) {
            giveUp(records);
        } else {
            fileBytes += length;
        }
        ring.take(length);
    }

    private long recordLength(final long ahead) {
        return PcapFormat.RECORD_HEADER_LENGTH + ring.intAt(ahead + PcapFormat.CAPTURED_LENGTH_OFFSET);
    }

    /// @return bytes written, fewer than `length` after an error
    private long write(final long length) {
        long written = 0;
        while (written < length) {
            final long chunk = Math.min(length - written, ring.contiguous(written));
            final long result = Fd.write(fd, ring.address(written), chunk);
            if (result <= 0) {
                errno = (int) -result;
                return written;
            }
            written += result;
        }
        return written;
    }

    private void giveUp(final int records) {
        droppedByThread += records;
        dropped = droppedByThread;
        if (isBroken) {
            return;
        }
        final boolean isCut = fileStart != CaptureFile.NOT_SEEKABLE
                && Syscall.call(SyscallNumber.FTRUNCATE, fd, fileStart + fileBytes) >= 0
                && Syscall.call(SyscallNumber.LSEEK, fd, fileStart + fileBytes, CaptureFile.SEEK_SET) >= 0;
        isBroken = !isCut;
    }
}
