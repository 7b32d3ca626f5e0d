package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// The words of docker's command line as the API has them.
final class CreateBodyTest {
    private static final Map<String, String> OURS = Map.of("TERM", "xterm");

    @Test
    void shouldTakeWhatFollowsTheImageAsItIs() throws IOException {
        final JsonObject body = body("-it", "--rm", "--name=iperf3-server", "-p", "5201:5201", "iperf3", "-s", "--rm");
        assertEquals("iperf3", body.getString("Image"));
        assertEquals(List.of("-s", "--rm"), body.getArray("Cmd"));
        assertEquals(true, body.getBoolean("Tty"));
        assertEquals(true, body.getBoolean("OpenStdin"));
        assertEquals("{\"5201/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"5201\"}]}", text(host(body), "PortBindings"));
        assertEquals("{\"5201/tcp\":{}}", text(body, "ExposedPorts"));
        assertEquals(true, host(body).getBoolean("AutoRemove"));
        assertEquals("default", host(body).getString("NetworkMode"));
    }

    @Test
    void shouldAttachWhatIsShown() throws IOException {
        assertEquals(List.of(false, true, true), attached(body("a")));
        assertEquals(List.of(true, true, true), attached(body("-i", "a")));
        assertEquals(List.of(false, false, true), attached(body("-i", "-a", "stderr", "a")));
    }

    @Test
    void shouldPassOurVariablesOnByName() throws IOException {
        assertEquals(
                List.of("A=1", "TERM=xterm", "B="),
                body("-e", "A=1", "-eTERM", "-e", "NOT_SET", "--env=B=", "a").getArray("Env"));
    }

    @Test
    void shouldTellMountsApart() throws IOException {
        final JsonObject body = body(
                "-v",
                "/a:/b:ro",
                "-v",
                "/anonymous",
                "--tmpfs",
                "/t:size=1m",
                "--tmpfs=/u",
                "--mount",
                "type=bind,src=/c,dst=/d,readonly",
                "a");
        assertEquals("[\"/a:/b:ro\"]", text(host(body), "Binds"));
        assertEquals("{\"/anonymous\":{}}", text(body, "Volumes"));
        assertEquals("{\"/t\":\"size=1m\",\"/u\":\"\"}", text(host(body), "Tmpfs"));
        assertEquals(
                "[{\"Type\":\"bind\",\"Source\":\"/c\",\"Target\":\"/d\",\"ReadOnly\":true}]",
                text(host(body), "Mounts"));
    }

    @Test
    void shouldReadQuantities() throws IOException {
        final JsonObject host = host(body(
                "-m",
                "512m",
                "--cpus",
                "1.5",
                "--pids-limit=100",
                "--shm-size",
                "1gb",
                "--ulimit",
                "nofile=1024:2048",
                "--restart",
                "on-failure:3",
                "--memory=1k",
                "a"));
        assertEquals(1024, host.getLong("Memory"), "the last counts");
        assertEquals(1_500_000_000L, host.getLong("NanoCpus"));
        assertEquals(100, host.getLong("PidsLimit"));
        assertEquals(1L << 30, host.getLong("ShmSize"));
        assertEquals("[{\"Name\":\"nofile\",\"Soft\":1024,\"Hard\":2048}]", text(host, "Ulimits"));
        assertEquals("{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}", text(host, "RestartPolicy"));
        assertEquals(7, CreateBody.bytes("-m", "7"));
        assertEquals(7, CreateBody.bytes("-m", "7b"));
        assertEquals(7L << 20, CreateBody.bytes("-m", "7MB"));
    }

    @Test
    void shouldPublishAsWritten() throws IOException {
        assertEquals(
                "{\"80/tcp\":[{\"HostIp\":\"127.0.0.1\",\"HostPort\":\"8080\"}],"
                        + "\"53/udp\":[{\"HostIp\":\"::1\",\"HostPort\":\"\"}],"
                        + "\"90/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"9000\"}],"
                        + "\"91/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"9001\"}],"
                        + "\"7/tcp\":[{\"HostIp\":\"\",\"HostPort\":\"\"}]}",
                text(
                        host(body(
                                "-p",
                                "127.0.0.1:8080:80",
                                "-p",
                                "[::1]::53/udp",
                                "-p",
                                "9000-9001:90-91",
                                "-p",
                                "7",
                                "a")),
                        "PortBindings"));
    }

    @Test
    void shouldRefuseWhatMeansNothing() {
        for (final List<String> wrong : List.of(
                List.of("-p", "http:80"),
                List.of("-p", "0:80:81:82"),
                List.of("-p", "70000:80"),
                List.of("-p", "8000-8002:80-81"),
                List.of("--expose", "80/icmp"),
                List.of("-m", "lots"),
                List.of("--cpus", "."),
                List.of("--ulimit", "nofile"),
                List.of("--restart", "on-failure:often"),
                List.of("--mount", "kind=bind"))) {
            final CommandException refusal =
                    assertThrows(CommandException.class, () -> body(wrong.get(0), wrong.get(1), "a"), wrong::toString);
            assertEquals(ExitCode.ENGINE, refusal.exitCode());
        }
    }

    private static List<Boolean> attached(final JsonObject body) {
        return List.of(
                body.getBoolean("AttachStdin"), body.getBoolean("AttachStdout"), body.getBoolean("AttachStderr"));
    }

    private static JsonObject host(final JsonObject body) {
        return body.getObject("HostConfig");
    }

    private static String text(final JsonObject in, final String name) {
        return JsonWriter.string(in.get(name));
    }

    private static JsonObject body(final String... args) throws IOException {
        final ContainerOptions options = new ContainerOptions();
        new CommandLine(new Holder(options))
                .setStopAtPositional(true)
                .setOverwrittenOptionsAllowed(true)
                .parseArgs(args);
        return new CreateBody(options, OURS).make(false, Optional.empty());
    }

    @CommandLine.Command
    private static final class Holder {
        // Picocli reads it.
        @SuppressWarnings("UnusedVariable")
        @CommandLine.Mixin
        private final ContainerOptions options;

        Holder(final ContainerOptions options) {
            this.options = options;
        }
    }
}
