package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.registry.RegistryException.Kind;
import dev.tailrace.runtime.storage.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// A blob as it comes, hashed on the way. When the connection is cut it asks for the rest; it ends only
/// where the whole of it has the right digest.
final class BlobInput extends InputStream {
    /// Attempts in a row that bring nothing.
    private static final int MOST_ATTEMPTS = 5;

    private static final long FIRST_PAUSE_MS = 100;

    private final Repository repository;
    private final Descriptor descriptor;
    private final LongConsumer progress;
    private final Runnable verified;
    private final MessageDigest digest = Digests.sha256();

    private @Nullable InputStream connection;
    private long position;
    private int attempts;
    private boolean hasEnded;

    /// @param progress is told how many bytes have come
    /// @param verified is told that all have, and that they are the right ones
    BlobInput(
            final Repository repository,
            final Descriptor descriptor,
            final LongConsumer progress,
            final Runnable verified) {
        this.repository = repository;
        this.descriptor = descriptor;
        this.progress = progress;
        this.verified = verified;
    }

    @Override
    public int read() throws IOException {
        final byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /// @throws RegistryException it is refused, or not what its descriptor says
    /// @throws IOException it was cut too often
    @Override
    public int read(final byte[] target, final int offset, final int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!hasEnded) {
            try {
                final InputStream in = connection();
                final int count = in.read(target, offset, length);
                if (count > 0) {
                    take(target, offset, count);
                    return count;
                }
                if (position < descriptor.sizeBytes()) {
                    throw new IOException(
                            "the connection ended after " + position + " of " + descriptor.sizeBytes() + " bytes");
                }
                finish();
            } catch (final InterruptedIOException e) {
                throw e;
            } catch (final IOException e) {
                retry(e);
            }
        }
        return -1;
    }

    /// Reads what is left of it, so that all of it is checked.
    void drain() throws IOException {
        transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    private InputStream connection() throws IOException {
        if (connection == null) {
            try {
                connection = repository.blob(descriptor, position);
            } catch (final InterruptedException e) {
                throw interrupted();
            }
        }
        return connection;
    }

    private void take(final byte[] bytes, final int offset, final int count) {
        position += count;
        if (position > descriptor.sizeBytes()) {
            throw RegistryException.malformed(
                    "blob " + descriptor.digest() + " is longer than the " + descriptor.sizeBytes() + " bytes it has");
        }
        attempts = 0;
        digest.update(bytes, offset, count);
        progress.accept(position);
    }

    private void finish() {
        hasEnded = true;
        final String actual = Digests.text(digest);
        if (!actual.equals(descriptor.digest())) {
            throw new RegistryException(
                    Kind.MALFORMED,
                    "filesystem layer verification failed for digest " + descriptor.digest() + ": it is " + actual);
        }
        verified.run();
    }

    private void retry(final IOException failure) throws IOException {
        close();
        attempts++;
        if (attempts >= MOST_ATTEMPTS) {
            throw new IOException(
                    "blob " + descriptor.digest() + ": given up after " + attempts + " attempts: "
                            + Transport.oneLine(String.valueOf(failure.getMessage())),
                    failure);
        }
        try {
            TimeUnit.MILLISECONDS.sleep(FIRST_PAUSE_MS << attempts);
        } catch (final InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted while reading a blob");
    }
}
