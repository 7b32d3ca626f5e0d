package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Hijacked;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tailrace exec CONTAINER COMMAND...`.
@Command(name = "tailrace exec", description = "Runs another program in a container.")
final class ExecCommand implements EngineCommand, TakesCommand {
    @Option(
            names = {"-d", "--detach"},
            description = "Do not wait for it.")
    private boolean isDetached;

    @Option(
            names = {"-i", "--interactive"},
            description = "Pass on what is typed.")
    private boolean isInteractive;

    @Option(
            names = {"-t", "--tty"},
            description = "Give it a terminal.")
    private boolean hasTerminal;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable, or pass ours on.")
    private List<String> environment = List.of();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Names or numbers of the container.")
    private String user = "";

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIRECTORY",
            description = "To start in.")
    private String workingDirectory = "";

    @Option(names = "--privileged", description = "All that root of our user namespace may.")
    private boolean isPrivileged;

    @Option(names = "--detach-keys", paramLabel = "KEYS", description = "That leave it running.")
    private String detachKeys = DetachKeys.USUAL;

    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND")
    private List<String> command = List.of();

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        final DetachKeys keys = new DetachKeys(detachKeys);
        final boolean hasInput = isInteractive && !isDetached;
        if (hasTerminal && hasInput) {
            Foreground.needTerminal();
        }
        final String id;
        try (Reply reply = engine.post("/containers/" + Query.encode(container) + "/exec", body(console))) {
            id = Json.text(reply.object(), "Id");
        }
        final String path = "/exec/" + id;
        final JsonObject start = new JsonObject();
        start.put("Detach", isDetached);
        start.put("Tty", hasTerminal);
        if (isDetached) {
            engine.post(path + "/start", start).close();
            return ExitCode.SUCCESS;
        }
        try (Foreground foreground = new Foreground(engine, path)) {
            if (hasTerminal) {
                foreground
                        .size()
                        .ifPresent(size -> start.put("ConsoleSize", JsonArray.from(size.rows(), size.columns())));
            }
            try (Hijacked streams = engine.hijack(path + "/start", start)) {
                if (hasTerminal) {
                    if (hasInput) {
                        foreground.takeTerminal();
                    }
                    foreground.followSize();
                }
                if (new Streams(streams, console, keys).carry(hasInput, hasTerminal)) {
                    return ExitCode.SUCCESS;
                }
            }
        }
        try (Reply reply = engine.get(path + "/json")) {
            return reply.object().getInt("ExitCode");
        }
    }

    private JsonObject body(final Console console) {
        final List<String> variables = new ArrayList<>();
        for (final String variable : environment) {
            if (variable.contains("=")) {
                variables.add(variable);
            } else if (console.environment().containsKey(variable)) {
                variables.add(variable + "=" + console.environment().get(variable));
            }
        }
        final JsonObject body = new JsonObject();
        body.put("User", user);
        body.put("Privileged", isPrivileged);
        body.put("Tty", hasTerminal);
        body.put("AttachStdin", isInteractive && !isDetached);
        body.put("AttachStdout", !isDetached);
        body.put("AttachStderr", !isDetached);
        body.put("Detach", isDetached);
        body.put("Env", Json.arrayOf(variables));
        body.put("WorkingDir", workingDirectory);
        body.put("Cmd", Json.arrayOf(command));
        return body;
    }
}
