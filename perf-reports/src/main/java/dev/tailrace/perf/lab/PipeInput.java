package dev.tailrace.perf.lab;

import java.io.ByteArrayInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.locks.ReentrantLock;

/// What a process writes. The descriptor is closed at the end of the output, or when the process has ended, with
/// what was written until then kept: nobody needs to close it.
final class PipeInput extends InputStream {
    private final ReentrantLock reading = new ReentrantLock();
    private final FileInputStream pipe;
    private InputStream source;
    private volatile boolean ended;

    PipeInput(final FileInputStream pipe) {
        this.pipe = pipe;
        this.source = pipe;
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        reading.lock();
        try {
            final int count = source.read(target, offset, length);
            if (source == pipe && (count < 0 || ended)) {
                settle();
            }
            return count;
        } finally {
            reading.unlock();
        }
    }

    @Override
    public int available() throws IOException {
        reading.lock();
        try {
            return source.available();
        } finally {
            reading.unlock();
        }
    }

    /// The process has ended. A thread that is reading goes on to do so; it may be that a child of the process
    /// writes.
    void processEnded() throws IOException {
        ended = true;
        if (!reading.tryLock()) {
            return;
        }
        try {
            if (source == pipe) {
                settle();
            }
        } finally {
            reading.unlock();
        }
    }

    private void settle() throws IOException {
        if (pipe.getFD().valid()) {
            source = new ByteArrayInputStream(pipe.readNBytes(pipe.available()));
            pipe.close();
        }
    }

    /// For whoever does not want to read more.
    @Override
    public void close() throws IOException {
        reading.lock();
        try {
            source = InputStream.nullInputStream();
            pipe.close();
        } finally {
            reading.unlock();
        }
    }
}
