package dev.tailrace.tapio.conformance;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A run of the program under test with a ready descriptor and an exit descriptor, as its clients start it.
final class SlirpRun {
    private static final long PATIENCE_SECONDS = 30;

    private final Program program;
    private final CompletableFuture<String> ready;
    private final CompletableFuture<OutputStream> exit;
    private final Path apiSocket;

    private SlirpRun(
            final Program program,
            final CompletableFuture<String> ready,
            final CompletableFuture<OutputStream> exit,
            final Path apiSocket) {
        this.program = program;
        this.ready = ready;
        this.exit = exit;
        this.apiSocket = apiSocket;
    }

    /// Starts with `-r 3 -e 4 --api-socket DIRECTORY/api` before `args`.
    static SlirpRun start(final Lab lab, final List<String> slirp, final List<String> args) {
        final String token = Long.toHexString(System.nanoTime());
        final Path readyPipe = lab.directory().resolve("ready-" + token);
        final Path exitPipe = lab.directory().resolve("exit-" + token);
        final Path api = lab.directory().resolve("api-" + token);
        lab.host().run("mkfifo", readyPipe.toString(), exitPipe.toString());
        // Both sides wait for each other when they open a named pipe.
        final CompletableFuture<String> ready = inBackground(() -> Files.readString(readyPipe));
        final CompletableFuture<OutputStream> exit = inBackground(() -> new FileOutputStream(exitPipe.toFile()));
        final List<String> command =
                new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 3>" + readyPipe + " 4<" + exitPipe, "sh"));
        command.addAll(slirp);
        command.addAll(List.of("-r", "3", "-e", "4", "--api-socket", api.toString()));
        command.addAll(args);
        return new SlirpRun(lab.host().start(command), ready, exit, api);
    }

    /// Starts for a guest and waits until the network is ready.
    static SlirpRun startReady(final Lab lab, final List<String> slirp, final Place guest, final String... options) {
        final List<String> args = new ArrayList<>(List.of(options));
        args.addAll(List.of(Long.toString(guest.pid()), "tap0"));
        final SlirpRun run = start(lab, slirp, args);
        final String told = run.awaitReady();
        if (!told.equals("1")) {
            throw new AssertionError("told \"" + told + "\" instead of \"1\": " + run.program);
        }
        return run;
    }

    Program program() {
        return program;
    }

    Path apiSocket() {
        return apiSocket;
    }

    /// What was written to the ready descriptor until it was closed.
    String awaitReady() {
        return get(ready);
    }

    /// The other end of the exit descriptor.
    OutputStream exitPipe() {
        return get(exit);
    }

    /// Sends one request and ends the direction; answers the reply.
    String request(final String json) {
        return requestInPieces(json);
    }

    /// Sends the pieces as separate messages, each when the one before has been taken; answers the reply.
    String requestInPieces(final String... pieces) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(apiSocket));
            for (final String piece : pieces) {
                channel.write(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
                if (piece != pieces[pieces.length - 1]) {
                    awaitAccepted();
                }
            }
            channel.shutdownOutput();
            final ByteBuffer reply = ByteBuffer.allocate(64 * 1024);
            while (channel.read(reply) >= 0) {
                if (!reply.hasRemaining()) {
                    throw new AssertionError("endless reply");
                }
            }
            return new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            return "(" + e.getMessage() + ")";
        }
    }

    /// A program that takes a request in pieces says nothing of the first, so what it can be seen to do is accept.
    private void awaitAccepted() {
        Await.until(
                () -> "client accepted by " + program, () -> program.stderr().contains("apifd event"));
    }

    private static <T> CompletableFuture<T> inBackground(final IoSupplier<T> work) {
        final CompletableFuture<T> future = new CompletableFuture<>();
        final Thread thread = new Thread(() -> {
            try {
                future.complete(work.get());
            } catch (final IOException e) {
                future.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return future;
    }

    private <T> T get(final CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (final ExecutionException e) {
            throw new UncheckedIOException(new IOException(e.getCause()));
        } catch (final TimeoutException e) {
            throw new AssertionError("nothing came through a pipe of " + program, e);
        }
    }

    /// Work that may fail.
    private interface IoSupplier<T> {
        T get() throws IOException;
    }
}
