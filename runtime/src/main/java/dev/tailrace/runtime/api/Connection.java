package dev.tailrace.runtime.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One client's connection: requests one after the other, or, from a hijacked one on, bytes. The event loop's.
final class Connection extends ChannelInboundHandlerAdapter {
    /// Of the document before a hijack.
    private static final int MAXIMUM_HEAD_BODY_BYTES = 256 * 1024;
    private static final long LINGER_SECONDS = 10;

    private final Router router;
    private final Executor workers;
    private final Object writability = new Object();

    /// What came behind the request that is being answered: at most one read.
    private final ArrayDeque<Object> pending = new ArrayDeque<>();

    private @Nullable RequestBody body;
    private @Nullable HttpExchange exchange;

    /// A request that waits for its whole body, for after it the connection is not HTTP any more.
    private @Nullable HttpRequest beforeHijack;

    private @Nullable ByteBuf hijackBody;
    private boolean isRaw;
    private boolean mayKeepAlive;
    private boolean isLingering;

    Connection(final Router router, final Executor workers) {
        this.router = router;
        this.workers = workers;
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        context.read();
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        if (isRaw) {
            takeRaw(message);
        } else if (!pending.isEmpty() || (exchange != null && message instanceof HttpRequest)) {
            pending.add(message);
        } else {
            take(context, message);
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        if (wantsMore()) {
            context.read();
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded(context);
        }
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        wakeWriters();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        if (body != null) {
            body.fail("the client is gone");
        }
        if (exchange != null) {
            exchange.cancel();
        }
        pending.forEach(ReferenceCountUtil::release);
        pending.clear();
        if (hijackBody != null) {
            hijackBody.release();
            hijackBody = null;
        }
        wakeWriters();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            System.err.print("tailrace: api connection: " + cause + "\n");
        }
        context.close();
    }

    private void take(final ChannelHandlerContext context, final Object message) {
        if (message instanceof final HttpRequest request) {
            begin(context, request);
        }
        if (message instanceof final HttpContent content) {
            takeContent(context, content);
        }
    }

    private void begin(final ChannelHandlerContext context, final HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST);
            return;
        }
        if (HttpUtil.is100ContinueExpected(request)) {
            context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
        }
        if (Router.leavesHttp(request.method().name(), request.uri())) {
            beforeHijack = request;
            hijackBody = context.alloc().buffer(0);
            return;
        }
        mayKeepAlive = HttpUtil.isKeepAlive(request);
        final RequestBody newBody = new RequestBody(() -> readAgain(context.channel()));
        body = newBody;
        dispatch(
                context,
                request,
                newBody,
                new HttpExchange(context.channel(), writability, false, false, InputStream.nullInputStream()));
    }

    private void takeContent(final ChannelHandlerContext context, final HttpContent content) {
        if (hijackBody != null) {
            takeBeforeHijack(context, content, hijackBody);
            return;
        }
        if (body == null) {
            content.release();
            return;
        }
        if (content.decoderResult().isFailure()) {
            content.release();
            body.fail("the request is malformed: "
                    + content.decoderResult().cause().getMessage());
            return;
        }
        body.add(content.content());
        if (content instanceof LastHttpContent) {
            body.end();
            if (isLingering) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    private void takeBeforeHijack(
            final ChannelHandlerContext context, final HttpContent content, final ByteBuf collected) {
        final boolean isLast = content instanceof LastHttpContent;
        final boolean isBad = content.decoderResult().isFailure();
        collected.writeBytes(content.content());
        content.release();
        if (isBad || collected.readableBytes() > MAXIMUM_HEAD_BODY_BYTES) {
            refuse(context, isBad ? HttpResponseStatus.BAD_REQUEST : HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE);
        } else if (isLast) {
            final byte[] document = new byte[collected.readableBytes()];
            collected.readBytes(document);
            collected.release();
            hijackBody = null;
            leaveHttp(context, document);
        }
    }

    private void leaveHttp(final ChannelHandlerContext context, final byte[] document) {
        final HttpRequest request = beforeHijack;
        if (request == null) {
            throw new IllegalStateException("content without a request");
        }
        beforeHijack = null;
        isRaw = true;
        final RequestBody input = new RequestBody(() -> readAgain(context.channel()));
        body = input;
        final boolean isUpgrade = request.headers().contains(HttpHeaderNames.UPGRADE);
        final HttpExchange made = new HttpExchange(context.channel(), writability, true, isUpgrade, input);
        exchange = made;
        // What the codec holds already is passed on to us, as bytes, while it is removed.
        context.pipeline().remove(HttpServerCodec.class);
        dispatch(context, request, new ByteArrayInputStream(document), made);
    }

    private void takeRaw(final Object message) {
        if (message instanceof final ByteBuf bytes && body != null) {
            body.add(bytes);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    private void dispatch(
            final ChannelHandlerContext context,
            final HttpRequest request,
            final InputStream requestBody,
            final HttpExchange made) {
        exchange = made;
        try {
            workers.execute(() -> {
                final boolean hasFailed = !router.handle(request, requestBody, made);
                context.channel().eventLoop().execute(() -> finish(context, made, hasFailed));
            });
        } catch (final RejectedExecutionException e) {
            refuse(context, HttpResponseStatus.SERVICE_UNAVAILABLE);
        }
    }

    private void finish(final ChannelHandlerContext context, final HttpExchange done, final boolean hasFailed) {
        final RequestBody finished = body;
        done.finish(hasFailed);
        exchange = null;
        body = null;
        if (finished == null || isRaw) {
            return;
        }
        finished.close();
        if (!finished.hasEnded() && !done.isCancelled()) {
            linger(context, finished);
            return;
        }
        if (!mayKeepAlive || done.isCancelled()) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        final ArrayDeque<Object> waiting = new ArrayDeque<>(pending);
        pending.clear();
        while (!waiting.isEmpty()) {
            channelRead(context, waiting.remove());
        }
        readMore(context);
    }

    /// Takes the rest of a body that nobody wants, for a while: a client that still writes when the connection
    /// is closed gets a broken pipe, and may never look at the answer (RFC 9112 section 9.6).
    private void linger(final ChannelHandlerContext context, final RequestBody unwanted) {
        body = unwanted;
        isLingering = true;
        context.channel().eventLoop().schedule(() -> context.close(), LINGER_SECONDS, TimeUnit.SECONDS);
        readMore(context);
    }

    /// Reads while there is room; with a whole request at hand still once, to hear the client go.
    private void readMore(final ChannelHandlerContext context) {
        if (wantsMore()) {
            readAgain(context.channel());
        }
    }

    private boolean wantsMore() {
        return pending.isEmpty() && (body == null || body.hasEnded() || body.wantsMore());
    }

    /// Goes on reading after a pause. For any thread.
    ///
    /// While it neither reads nor expects a hang-up, because that has come, Netty 4.2.18 has the socket
    /// removed from its epoll set but believes that it is there, and the next read fails with ENOENT.
    /// So it is registered anew.
    private static void readAgain(final Channel channel) {
        if (!channel.eventLoop().inEventLoop()) {
            channel.eventLoop().execute(() -> readAgain(channel));
        } else if (!channel.isRegistered() || !PeerState.writesNoMore(channel)) {
            channel.read();
        } else {
            channel.deregister().addListener(done -> {
                if (channel.isOpen()) {
                    channel.eventLoop().register(channel).addListener(registered -> channel.read());
                }
            });
        }
    }

    private void inputEnded(final ChannelHandlerContext context) {
        if (exchange == null) {
            context.close();
            return;
        }
        if (isRaw) {
            if (body != null) {
                body.end();
            }
            if (PeerState.isGone(context.channel())) {
                exchange.cancel();
            }
            return;
        }
        if (body != null) {
            body.fail("the client is gone");
        }
        exchange.cancel();
    }

    private void refuse(final ChannelHandlerContext context, final HttpResponseStatus status) {
        final DefaultFullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0).set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private void wakeWriters() {
        synchronized (writability) {
            writability.notifyAll();
        }
    }
}
