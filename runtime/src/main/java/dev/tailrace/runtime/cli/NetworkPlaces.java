package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.client.ApiException;
import dev.tailrace.runtime.client.NoEngineException;
import dev.tailrace.runtime.client.Query;
import dev.tailrace.runtime.client.Reply;
import dev.tailrace.runtime.daemon.DaemonException;
import dev.tailrace.runtime.daemon.Places;
import dev.tailrace.runtime.net.EngineNetworks;
import dev.tailrace.runtime.net.NetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Asks the user's engine, which is not started for it.
final class NetworkPlaces implements EngineNetworks {
    private final OnDemand onDemand;

    NetworkPlaces(final OnDemand onDemand) {
        this.onDemand = onDemand;
    }

    @Override
    public Optional<Path> socket() {
        try {
            return Optional.of(Places.network(onDemand.there().socket()));
        } catch (final DaemonException | IOException e) {
            return Optional.empty(); // there is no place for an engine
        }
    }

    @Override
    public Place find(final String reference) throws NetException {
        try (Reply reply = onDemand.there().get("/networks/" + Query.encode(reference))) {
            return place(reply.object());
        } catch (final ApiException | NoEngineException | DaemonException | IOException e) {
            throw new NetException(String.valueOf(e.getMessage()));
        }
    }

    private Place place(final JsonObject network) throws NetException, IOException {
        final String name = Json.text(network, "Name");
        if (!Json.text(network, "Driver").equals("bridge")) {
            throw new NetException("network " + name + " has no stack of the engine's that could be looked into");
        }
        final Path engine = onDemand.there().socket();
        final Path socket =
                name.equals(DEFAULT) ? Places.network(engine) : Places.network(engine, Json.text(network, "Id"));
        if (!Files.exists(socket)) {
            throw new NetException("network " + name + " has no stack yet: no container has been on it since the engine"
                    + " was started");
        }
        return new Place(name, socket);
    }
}
