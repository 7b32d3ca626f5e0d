package dev.tailrace.runtime.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.Function;

/// What a worker sends: written at once, and it waits while more is on its way than the channel's high-water mark.
final class ChannelOutput extends OutputStream {
    /// Larger writes are cut, so that what is on its way stays near the mark.
    private static final int PIECE_BYTES = 64 * 1024;

    private final Channel channel;
    private final Object writability;
    private final Function<ByteBuf, Object> wrapping;

    /// @param writability is notified when the channel takes more, or is closed
    /// @param wrapping makes of bytes what the pipeline takes
    ChannelOutput(final Channel channel, final Object writability, final Function<ByteBuf, Object> wrapping) {
        this.channel = channel;
        this.writability = writability;
        this.wrapping = wrapping;
    }

    @Override
    public void write(final int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(final byte[] bytes, final int offset, final int length) throws IOException {
        for (int done = 0; done < length; ) {
            final int count = Math.min(PIECE_BYTES, length - done);
            awaitRoom();
            final byte[] copy = Arrays.copyOfRange(bytes, offset + done, offset + done + count);
            channel.writeAndFlush(wrapping.apply(Unpooled.wrappedBuffer(copy)));
            done += count;
        }
    }

    private void awaitRoom() throws IOException {
        synchronized (writability) {
            while (channel.isActive() && !channel.isWritable()) {
                try {
                    writability.wait();
                } catch (final InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException("interrupted while writing the answer");
                }
            }
        }
        if (!channel.isActive()) {
            throw new IOException("the client is gone");
        }
    }
}
