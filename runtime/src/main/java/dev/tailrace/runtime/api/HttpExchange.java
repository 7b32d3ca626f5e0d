package dev.tailrace.runtime.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The answer to one request on one connection. The worker's, but for [#cancel].
final class HttpExchange implements Exchange {
    private final Channel channel;
    private final Object writability;
    private final boolean isRaw;
    private final boolean isUpgrade;
    private final InputStream rawInput;
    private final List<Runnable> onCancel = new ArrayList<>();

    private Answer answer = Answer.NONE;
    private boolean isCancelled;

    private enum Answer {
        NONE,
        WHOLE,
        STREAM,
        HIJACKED
    }

    /// @param isRaw whether the codec is out of the pipeline
    /// @param isUpgrade whether a hijack is answered by 101
    /// @param rawInput what a hijacked connection brings
    HttpExchange(
            final Channel channel,
            final Object writability,
            final boolean isRaw,
            final boolean isUpgrade,
            final InputStream rawInput) {
        this.channel = channel;
        this.writability = writability;
        this.isRaw = isRaw;
        this.isUpgrade = isUpgrade;
        this.rawInput = rawInput;
    }

    @Override
    public void send(final int status, final String contentType, final byte[] body, final Map<String, String> headers) {
        answer(Answer.WHOLE);
        final HttpResponseStatus line = HttpResponseStatus.valueOf(status);
        if (isRaw) {
            final Map<String, String> all = new TreeMap<>(headers);
            all.put("Content-Length", Integer.toString(body.length));
            all.put("Connection", "close");
            channel.write(Unpooled.wrappedBuffer(head(line, contentType, all)));
            channel.writeAndFlush(Unpooled.wrappedBuffer(body));
            return;
        }
        final DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, line, Unpooled.wrappedBuffer(body));
        fill(response.headers(), contentType);
        headers.forEach(response.headers()::set);
        // Neither has a body, and a 204 must not say how long it is (RFC 9110, 8.6).
        if (status != 204 && status != 304) {
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        }
        channel.writeAndFlush(response);
    }

    @Override
    public OutputStream stream(final int status, final String contentType, final Map<String, String> headers) {
        answer(Answer.STREAM);
        if (isRaw) {
            throw new IllegalStateException("a hijacked connection has no chunks");
        }
        final DefaultHttpResponse response =
                new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status));
        fill(response.headers(), contentType);
        headers.forEach(response.headers()::set);
        response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        channel.writeAndFlush(response);
        return new ChannelOutput(channel, writability, DefaultHttpContent::new);
    }

    @Override
    public Hijacked hijack(final String contentType) {
        answer(Answer.HIJACKED);
        if (!isRaw) {
            throw new IllegalStateException("this endpoint was not announced as one that leaves HTTP");
        }
        final Map<String, String> headers =
                isUpgrade ? new TreeMap<>(Map.of("Connection", "Upgrade", "Upgrade", "tcp")) : new TreeMap<>();
        final HttpResponseStatus line = isUpgrade ? new HttpResponseStatus(101, "UPGRADED") : HttpResponseStatus.OK;
        channel.writeAndFlush(Unpooled.wrappedBuffer(head(line, contentType, headers)));
        return new Hijacked(rawInput, new ChannelOutput(channel, writability, (ByteBuf bytes) -> bytes));
    }

    @Override
    public void onCancel(final Runnable action) {
        synchronized (onCancel) {
            if (!isCancelled) {
                onCancel.add(action);
                return;
            }
        }
        action.run();
    }

    @Override
    public boolean isCancelled() {
        synchronized (onCancel) {
            return isCancelled;
        }
    }

    /// The client is gone. On the event loop.
    void cancel() {
        final List<Runnable> actions;
        synchronized (onCancel) {
            isCancelled = true;
            actions = new ArrayList<>(onCancel);
            onCancel.clear();
        }
        actions.forEach(Runnable::run);
    }

    boolean isAnswered() {
        return answer != Answer.NONE;
    }

    /// The worker is done: what is left of the answer goes out. After a failure in the middle of it the
    /// connection is cut, which is how HTTP tells the client.
    void finish(final boolean hasFailed) {
        final ChannelFuture last;
        if (answer == Answer.STREAM && !hasFailed) {
            last = channel.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
        } else {
            last = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        }
        if (isRaw || (answer == Answer.STREAM && hasFailed)) {
            last.addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void answer(final Answer kind) {
        if (answer != Answer.NONE) {
            throw new IllegalStateException("answered twice");
        }
        answer = kind;
    }

    private static void fill(final HttpHeaders headers, final String contentType) {
        Headers.COMMON.forEach(headers::set);
        if (!contentType.isEmpty()) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
    }

    private static byte[] head(
            final HttpResponseStatus status, final String contentType, final Map<String, String> headers) {
        final StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        final Map<String, String> all = new TreeMap<>(Headers.COMMON);
        all.putAll(headers);
        if (!contentType.isEmpty()) {
            all.put("Content-Type", contentType);
        }
        all.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
