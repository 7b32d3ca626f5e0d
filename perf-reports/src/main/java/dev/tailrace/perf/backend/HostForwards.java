package dev.tailrace.perf.backend;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.PortPlan;
import dev.tailrace.perf.lab.Programs;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Publishes the guest's server ports through the API socket of slirp4netns: a connection for each request.
final class HostForwards {
    private HostForwards() {}

    /// @param address of the host
    /// @param guest address; the usual one if there is but one guest
    static void publish(final Path socket, final String address, final Optional<String> guest) {
        for (final String protocol : List.of("tcp", "udp")) {
            for (int k = 0; k < PortPlan.COUNT; k++) {
                request(socket, addForward(protocol, address, PortPlan.PUBLISHED + k, guest, PortPlan.SERVER + k));
            }
        }
    }

    private static String addForward(
            final String protocol,
            final String address,
            final int hostPort,
            final Optional<String> guest,
            final int guestPort) {
        final JsonObject arguments = JsonObject.builder()
                .value("proto", protocol)
                .value("host_addr", address)
                .value("host_port", hostPort)
                .value("guest_port", guestPort)
                .done();
        guest.ifPresent(guestAddress -> arguments.put("guest_addr", guestAddress));
        return JsonWriter.string(JsonObject.builder()
                .value("execute", "add_hostfwd")
                .value("arguments", arguments)
                .done());
    }

    private static void request(final Path socket, final String request) {
        final String reply;
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(StandardCharsets.UTF_8.encode(request));
            channel.shutdownOutput();
            reply = new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new LabException("asking %s for %s".formatted(socket, request), failure);
        }
        try {
            if (JsonParser.object().from(reply).has("return")) {
                return;
            }
        } catch (JsonParserException malformed) {
            throw new LabException(
                    "%s answered '%s' to %s".formatted(socket, Programs.quote(reply), request), malformed);
        }
        throw new LabException("%s refused %s: %s".formatted(socket, request, Programs.quote(reply)));
    }
}
