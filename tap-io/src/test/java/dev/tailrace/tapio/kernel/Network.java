package dev.tailrace.tapio.kernel;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A run of the program under test, and the guest that it serves.
final class Network {
    static final String GATEWAY = "10.0.2.2";
    static final String NAME_SERVER = "10.0.2.3";
    static final String GUEST = "10.0.2.100";
    static final String GATEWAY6 = "fd00::2";
    static final String NAME_SERVER6 = "fd00::3";

    private static final Pattern COUNTER = Pattern.compile("[A-Z0-9_]+ [0-9]+");
    private static final AtomicInteger starts = new AtomicInteger();

    private final Subject subject;
    private final Lab lab;
    private final Place guest;
    private final Program program;
    private final Path apiSocket;
    private final double readyMs;
    private @Nullable Peer peer;

    private Network(
            final Subject subject,
            final Lab lab,
            final Place guest,
            final Program program,
            final Path apiSocket,
            final double readyMs) {
        this.subject = subject;
        this.lab = lab;
        this.guest = guest;
        this.program = program;
        this.apiSocket = apiSocket;
        this.readyMs = readyMs;
    }

    /// Starts the program for a new guest and waits until it says that it is ready.
    static Network start(final Lab lab, final Subject subject, final String... options) {
        return start(lab, subject, lab.newGuest(), options);
    }

    /// The same for a guest that exists.
    static Network start(final Lab lab, final Subject subject, final Place guest, final String... options) {
        return start(lab, subject, guest, List.of(), options);
    }

    /// The same by a command that becomes the program: its words, before those of the program.
    static Network start(
            final Lab lab,
            final Subject subject,
            final Place guest,
            final List<String> through,
            final String... options) {
        final String token = guest.pid() + "-" + starts.incrementAndGet();
        final Path pipe = lab.directory().resolve("ready-" + token);
        final Path api = lab.directory().resolve("api-" + token);
        lab.host().run("mkfifo", pipe.toString());
        final CompletableFuture<String> told = new CompletableFuture<>();
        // Opening a named pipe waits for the other side, so it has a thread of its own.
        Thread.ofPlatform().daemon().start(() -> {
            try {
                told.complete(Files.readString(pipe));
            } catch (final IOException e) {
                told.completeExceptionally(e);
            }
        });
        final List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 3>" + pipe, "sh"));
        command.addAll(through);
        command.addAll(subject.command());
        command.addAll(List.of("-r", "3", "-a", api.toString()));
        command.addAll(List.of(options));
        command.addAll(List.of(Long.toString(guest.pid()), "tap0"));
        final long beginNs = System.nanoTime();
        final Program program = lab.host().start(command);
        try {
            final String ready = told.get(Await.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (!ready.equals("1")) {
                throw new AssertionError("not ready: " + program);
            }
        } catch (final TimeoutException | ExecutionException e) {
            throw new AssertionError("not ready: " + program, e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return new Network(subject, lab, guest, program, api, (System.nanoTime() - beginNs) / 1e6);
    }

    Place guest() {
        return guest;
    }

    Program program() {
        return program;
    }

    /// The address that the guest has made itself from the router's advertisement; waits until it may be used.
    String address6() {
        final String[] found = new String[1];
        Await.until(() -> "an IPv6 address: " + guest.run("ip", "-6", "address") + program, () -> {
            found[0] = guest.run("ip", "-6", "-o", "address", "show", "dev", "tap0", "scope", "global", "-tentative")
                    .replaceFirst("(?s).* inet6 ([0-9a-f:]+)/64 .*", "$1")
                    .strip();
            return !found[0].isEmpty()
                    && !guest.run("ip", "-6", "route", "show", "default").isEmpty();
        });
        return found[0];
    }

    /// From starting the program, in its namespaces, to the ready descriptor.
    double readyMs() {
        return readyMs;
    }

    /// The probe in the guest, started when first asked for.
    Peer peer() {
        if (peer == null) {
            peer = Peer.in(guest);
        }
        return peer;
    }

    /// Sends a request to the API socket.
    ///
    /// @return the reply
    String request(final String json) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(apiSocket));
            channel.write(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
            channel.shutdownOutput();
            final ByteBuffer reply = ByteBuffer.allocate(64 * 1024);
            while (channel.read(reply) >= 0) {
                if (!reply.hasRemaining()) {
                    throw new AssertionError("endless reply");
                }
            }
            return new String(reply.array(), 0, reply.position(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new AssertionError(json + " to " + program, e);
        }
    }

    /// What our program says of its counters, flows and states when asked for `stats`.
    JsonObject stats() {
        final String reply = request("{\"execute\":\"stats\"}");
        try {
            return JsonParser.object().from(reply).getObject("return");
        } catch (final JsonParserException e) {
            throw new AssertionError(reply, e);
        }
    }

    /// One counter of [#stats], by its name there.
    long counter(final String name) {
        final JsonObject counters = stats().getObject("counters");
        if (!counters.has(name)) {
            throw new AssertionError("no counter " + name);
        }
        return counters.getLong(name);
    }

    /// Flows of a protocol now: `tcp`, `udp`, `icmp`.
    int flows(final String protocol) {
        return stats().getObject("flows").getInt(protocol);
    }

    /// A memory figure of the program, in KiB: `VmRSS` now, `VmHWM` at most.
    long memoryKib(final String field) {
        return status("status", field + ":", 1);
    }

    /// How many descriptors the program may have.
    long descriptorLimit() {
        return status("limits", "Max open files", 3);
    }

    /// Descriptors of the program now.
    int descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/" + program.pid() + "/fd"))) {
            return (int) open.count();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long status(final String file, final String begin, final int word) {
        try {
            return Files.readAllLines(Path.of("/proc/" + program.pid() + "/" + file)).stream()
                    .filter(line -> line.startsWith(begin))
                    .mapToLong(line -> Long.parseLong(line.split("\\s+")[word]))
                    .findFirst()
                    .orElseThrow();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What our program counts in all its loops, by the names that it prints when asked by SIGUSR1.
    Map<String, Long> counters() {
        return report().lines()
                .filter(line -> COUNTER.matcher(line).matches())
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Long.parseLong(words[1]), Long::sum));
    }

    /// Has our program print its counters and flows.
    String report() {
        final int before = program.stderr().length();
        program.signal("USR1");
        Await.until(() -> "the report of " + program, () -> {
            final String text = program.stderr().substring(before);
            return text.contains("slab-bytes ") && text.endsWith("\n");
        });
        return program.stderr().substring(before);
    }

    /// Everything that helps to find out why a test failed.
    String diagnosis() {
        final StringBuilder text = new StringBuilder();
        if (program.isAlive() && subject == Subject.OURS) {
            try {
                report();
            } catch (final AssertionError e) {
                text.append(e.getMessage()).append('\n');
            }
        }
        text.append("---- program: ").append(program).append('\n');
        append(text, "guest", guest, "ss", "-tuanie");
        append(text, "guest", guest, "ip", "-s", "link");
        append(text, "guest", guest, "nstat", "-a");
        append(text, "host", lab.host(), "ss", "-tuanp");
        return text.toString();
    }

    private static void append(
            final StringBuilder text, final String name, final Place place, final String... command) {
        final Program tool = place.start(command);
        try {
            tool.awaitExit();
        } catch (final AssertionError e) {
            text.append(e.getMessage()).append('\n');
        }
        text.append("---- ")
                .append(name)
                .append(": ")
                .append(String.join(" ", command))
                .append('\n');
        text.append(tool.stdout()).append(tool.stderr());
    }
}
