package dev.tailrace.runtime.clients;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/// The servers that clients reach, on a stand-in internet with IPv4 and IPv6, and on the host's loopback device.
public final class Internet {
    public static final String ADDRESS = Lab.FAR_ADDRESS;
    public static final String ADDRESS6 = Lab.FAR_ADDRESS6;

    /// Both addresses have it.
    public static final String NAME = "far.test";

    public static final String NAME_SERVER = "203.0.113.53";

    /// Says `internet` and who asked; on the loopback device `host`, and who asked.
    public static final int WHO_PORT = 7000;

    /// Sends [#FILE_BYTES] bytes.
    public static final int FILE_PORT = 7001;

    /// Takes everything and sends its SHA-256.
    public static final int DIGEST_PORT = 7002;

    private static final int FILE_BYTES = 8 << 20;
    private static final long SEED = 4;
    private static final String SAY_WHO = ",fork,reuseaddr";

    private final Place internet;
    private final Path file;
    private final String digest;

    public Internet(final Lab lab) {
        final byte[] content = new byte[FILE_BYTES];
        new Random(SEED).nextBytes(content);
        file = lab.directory().resolve("content");
        try {
            Files.write(file, content);
            digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        internet = lab.internet();
        internet.shell("ip address add " + NAME_SERVER + "/32 dev lo");
        serve(internet, "TCP4-LISTEN:" + WHO_PORT, "SYSTEM:echo internet $SOCAT_PEERADDR");
        serve(internet, "TCP6-LISTEN:" + WHO_PORT + ",ipv6only=1", "SYSTEM:echo internet $SOCAT_PEERADDR");
        serve(internet, "TCP4-LISTEN:" + FILE_PORT, "SYSTEM:exec cat " + file);
        serve(internet, "TCP4-LISTEN:" + DIGEST_PORT, "SYSTEM:sha256sum");
        serve(lab.host(), "TCP4-LISTEN:" + WHO_PORT + ",bind=127.0.0.1", "SYSTEM:echo host $SOCAT_PEERADDR");
        serve(lab.host(), "TCP6-LISTEN:" + WHO_PORT + ",ipv6only=1,bind=[::1]", "SYSTEM:echo host $SOCAT_PEERADDR");
        final Program names = internet.start(
                "dnsmasq",
                "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--pid-file=",
                "--user=root",
                "--group=root",
                "--no-resolv",
                "--no-hosts",
                "--bind-interfaces",
                "--listen-address=" + NAME_SERVER,
                "--address=/" + NAME + "/" + ADDRESS,
                "--address=/" + NAME + "/" + ADDRESS6);
        awaitListener(internet, names, NAME_SERVER + ":53");
        awaitListener(internet, names, "0.0.0.0:" + DIGEST_PORT);
        awaitListener(lab.host(), names, "[::1]:" + WHO_PORT);
    }

    /// Where the servers are.
    Place place() {
        return internet;
    }

    /// What [#FILE_PORT] sends.
    public Path file() {
        return file;
    }

    /// The SHA-256 of what [#FILE_PORT] sends.
    public String digest() {
        return digest;
    }

    private static void serve(final Place place, final String listener, final String command) {
        // A client may end its direction long before the answer is ready.
        place.start("socat", "-t20", listener + SAY_WHO, command);
    }

    private static void awaitListener(final Place place, final Program server, final String address) {
        Await.until(
                () -> address + " listens in the " + place + ": " + server,
                () -> place.run("ss", "-Hltn").contains(address + " "));
    }
}
