package dev.tailrace.perf.backend;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonBuilder;
import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.engine.EngineApi;
import dev.tailrace.perf.engine.EngineContainers;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.TrafficPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Two containers on the engine's bridge, one for servers, whose ports are published, and one for clients. What runs
/// in them is executed by our command line, so that it has all that a container's processes have, the seccomp filter
/// among it.
final class EngineGuests {
    /// `networkstatic/iperf3`, of programs of this machine.
    static final String IMAGE = "networkstatic/iperf3:latest";

    private static final String CONGESTION = "net.ipv4.tcp_congestion_control";
    private static final List<String> SLEEP = List.of("busybox", "sleep", "1000000");
    private static final String ANY_ADDRESS = "0.0.0.0";

    /// Ends what is left when a turn has failed: whoever started it is only its client.
    private static final List<String> BOUNDED = List.of("busybox", "timeout", "-s", "KILL", "300");

    private final List<String> execute;
    private final EngineContainers containers;
    private final String server;
    private final String client;
    private final String serverAddress;
    private final String published;

    /// @param program `bin/tailrace`
    /// @param archive with the image
    /// @param congestion to set in the containers; nothing for what they inherit
    /// @param published address of the host for the server's ports
    EngineGuests(
            final EngineApi api,
            final Path program,
            final Path archive,
            final Optional<String> congestion,
            final String published) {
        this.execute = List.of(program.toString(), "-H", "unix://" + api.socket(), "exec");
        this.containers = new EngineContainers(api);
        this.published = published;
        containers.load(archive);
        final List<String> ports = ports();
        server = start(host(congestion).value("PortBindings", bindings(ports)), ports);
        client = start(host(congestion), List.of());
        serverAddress = containers
                .inspect(server)
                .getObject("NetworkSettings", new JsonObject())
                .getString("IPAddress", "");
        if (serverAddress.isEmpty()) {
            throw new LabException("the engine names no address of its container " + server);
        }
    }

    private String start(final JsonBuilder<JsonObject> host, final List<String> exposed) {
        final String id = containers.create(IMAGE, SLEEP, host.done(), exposed);
        containers.start(id);
        return id;
    }

    private static JsonBuilder<JsonObject> host(final Optional<String> congestion) {
        final JsonObject settings = new JsonObject();
        congestion.ifPresent(name -> settings.put(CONGESTION, name));
        return JsonObject.builder().value("Sysctls", settings);
    }

    private static List<String> ports() {
        final List<String> ports = new ArrayList<>();
        for (int k = 0; k < PortPlan.COUNT; k++) {
            ports.add(PortPlan.SERVER + k + "/tcp");
            ports.add(PortPlan.SERVER + k + "/udp");
        }
        return ports;
    }

    private JsonObject bindings(final List<String> ports) {
        final JsonObject bindings = new JsonObject();
        for (final String port : ports) {
            final int number = Integer.parseInt(port.substring(0, port.indexOf('/')));
            final JsonObject place = JsonObject.builder()
                    .value("HostIp", published)
                    .value("HostPort", "" + (PortPlan.PUBLISHED + number - PortPlan.SERVER))
                    .done();
            bindings.put(port, new JsonArray(List.of(place)));
        }
        return bindings;
    }

    Route route(final TrafficPath path) {
        return switch (path) {
            case C2H ->
                new Route(
                        List::copyOf,
                        Lab.HOST_ADDRESS,
                        PortPlan.SERVER,
                        command -> in(client, command),
                        Lab.HOST_ADDRESS,
                        PortPlan.SERVER);
            case H2C ->
                new Route(
                        command -> in(server, command),
                        ANY_ADDRESS,
                        PortPlan.SERVER,
                        List::copyOf,
                        published,
                        PortPlan.PUBLISHED);
            case C2C ->
                new Route(
                        command -> in(server, command),
                        serverAddress,
                        PortPlan.SERVER,
                        command -> in(client, command),
                        serverAddress,
                        PortPlan.SERVER);
            case NONE -> throw new LabException("operations have no route");
        };
    }

    private List<String> in(final String container, final List<String> program) {
        final List<String> command = new ArrayList<>(execute);
        command.add(container);
        command.addAll(BOUNDED);
        command.addAll(program);
        return command;
    }

    /// What the containers really have.
    String congestionControl() {
        final List<String> found = List.of(server, client).stream()
                .map(id -> containers.run(id, List.of("cat", "/proc/sys/net/ipv4/tcp_congestion_control")))
                .distinct()
                .toList();
        return String.join(" and ", found);
    }
}
