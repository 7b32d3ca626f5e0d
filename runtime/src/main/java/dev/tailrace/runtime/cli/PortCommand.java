package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiClient;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import java.io.IOException;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `tailrace port CONTAINER [PORT]`.
@Command(name = "tailrace port", description = "Shows the published ports of a container.")
final class PortCommand implements EngineCommand {
    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String container = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "PORT[/PROTOCOL]")
    private String port = "";

    @Override
    public int run(final ApiClient engine, final Console console) throws IOException {
        try (Reply reply = engine.get("/containers/" + Query.encode(container) + "/json")) {
            final JsonObject ports = Json.object(Json.object(reply.object(), "NetworkSettings"), "Ports");
            final String wanted = port.isEmpty() || port.contains("/") ? port : port + "/tcp";
            if (!wanted.isEmpty() && Json.array(ports, wanted).isEmpty()) {
                throw new CommandException(
                        ExitCode.FAILURE, "no public port '" + wanted + "' published for " + container);
            }
            for (final String inside : new TreeSet<>(ports.keySet())) {
                if (wanted.isEmpty() || wanted.equals(inside)) {
                    for (final JsonObject binding : Json.objects(Json.array(ports, inside))) {
                        final String address = Json.text(binding, "HostIp");
                        console.out()
                                .println((wanted.isEmpty() ? inside + " -> " : "")
                                        + (address.contains(":") ? "[" + address + "]" : address) + ":"
                                        + Json.text(binding, "HostPort"));
                    }
                }
            }
        }
        return ExitCode.SUCCESS;
    }
}
