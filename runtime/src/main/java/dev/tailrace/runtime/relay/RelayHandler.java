package dev.tailrace.runtime.relay;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import org.jspecify.annotations.Nullable;

/// One direction of a relayed connection: what its channel has read is written to the other, which holds it up when
/// more waits there than its high-water mark. Both channels are on one thread.
final class RelayHandler extends ChannelInboundHandlerAdapter {
    private @Nullable Channel other;
    private @Nullable RelayHandler back;

    /// What was read last has been passed on, and no more will come.
    private boolean isEnded;

    /// Begins to relay.
    ///
    /// @param own the channel of this handler
    /// @param handler of the other channel
    void join(final Channel own, final RelayHandler handler, final Channel channel) {
        other = channel;
        back = handler;
        handler.other = own;
        handler.back = this;
        if (own.isOpen()) {
            read(own);
            read(channel);
        } else {
            reset(channel);
        }
    }

    /// Closes so that the peer sees RST.
    static void reset(final Channel channel) {
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        to().write(message, to().voidPromise());
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        final Channel to = other;
        if (to != null) {
            to.flush();
            if (to.isWritable()) {
                read(context.channel());
            }
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        final Channel from = other;
        if (from != null && context.channel().isWritable()) {
            read(from);
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent && other instanceof final SocketChannel to) {
            to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
                if (written.isSuccess()) {
                    end(context.channel(), to);
                }
            });
        }
    }

    private void end(final Channel own, final SocketChannel to) {
        isEnded = true;
        to.shutdownOutput();
        if (back != null && back.isEnded) {
            own.close();
            to.close();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        // A reset, or the other side's: channelInactive passes it on.
        reset(context.channel());
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        final boolean isOrderly = isEnded && back != null && back.isEnded;
        if (other != null && !isOrderly) {
            reset(other);
        }
    }

    /// Unless it has been read to its end: Netty may have ceased to watch it.
    private static void read(final Channel channel) {
        if (channel instanceof final SocketChannel socket && !socket.isInputShutdown()) {
            socket.read();
        }
    }

    private Channel to() {
        final Channel to = other;
        if (to == null) {
            throw new IllegalStateException("nothing is read before both sides are there");
        }
        return to;
    }
}
