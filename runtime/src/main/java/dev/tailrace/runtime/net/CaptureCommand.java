package dev.tailrace.runtime.net;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.tapio.capture.CaptureFile;
import dev.tailrace.tapio.capture.CaptureFilter;
import dev.tailrace.tapio.capture.FilterException;
import dev.tailrace.tapio.linux.Fd;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `tailrace net capture`: opens the file with the rights of its user, hands the descriptor over, and stays until the
/// capture ends. The program ends the capture when this process goes, however that happens.
final class CaptureCommand {
    private static final int STANDARD_OUTPUT = 1;
    private static final long END_SECONDS = 6;

    private CaptureCommand() {}

    static void run(final String path, final Arguments given, final PrintStream err) throws NetException {
        final String file = given.words().getFirst();
        final String request = request(file, given);
        try (ApiSocket socket = new ApiSocket(path)) {
            final int fd = file.equals("-") ? STANDARD_OUTPUT : CaptureFile.open(file);
            socket.send(request, fd);
            if (fd != STANDARD_OUTPUT) {
                Fd.close(fd);
            }
            ApiSocket.result(path, socket.read(true));
            final CountDownLatch ended = new CountDownLatch(1);
            final Thread hook = Thread.ofPlatform().unstarted(() -> stop(socket, ended));
            Runtime.getRuntime().addShutdownHook(hook);
            err.println("capturing to " + file + " until Ctrl-C");
            final String last = socket.read(true);
            if (last.isEmpty()) {
                throw new NetException("slirp4netns has ended");
            }
            final JsonObject summary = ApiSocket.result(path, last);
            err.println(summary.getLong("frames") + " frames, " + summary.getLong("bytes") + " bytes, "
                    + summary.getLong("dropped") + " dropped");
            ended.countDown();
        }
    }

    static String request(final String file, final Arguments given) throws NetException {
        final String filter = given.values().getOrDefault("--filter", "");
        try {
            CaptureFilter.parse(filter);
        } catch (final FilterException e) {
            throw new NetException("--filter, " + e.getMessage());
        }
        final JsonObject arguments = new JsonObject();
        arguments.put("file", file);
        arguments.put("filter", filter);
        for (final String name : new String[] {"--duration", "--snaplen", "--max-bytes"}) {
            if (given.value(name) != null) {
                arguments.put(name.substring(2).replace('-', '_'), given.number(name, 0));
            }
        }
        final JsonObject request = new JsonObject();
        request.put("execute", "capture_start");
        request.put("arguments", arguments);
        return JsonWriter.string(request);
    }

    /// Ctrl-C: asks for the end and waits for the last line.
    private static void stop(final ApiSocket socket, final CountDownLatch ended) {
        if (ended.getCount() == 0) {
            return;
        }
        socket.hangUp();
        try {
            if (ended.await(END_SECONDS, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(0);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
