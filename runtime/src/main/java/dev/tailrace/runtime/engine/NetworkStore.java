package dev.tailrace.runtime.engine;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.runtime.engine.EngineException.Kind;
import dev.tailrace.runtime.network.NetworkAddresses;
import dev.tailrace.runtime.network.NetworkSpec;
import dev.tailrace.runtime.network.Subnet;
import dev.tailrace.runtime.storage.StoreFiles;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The networks on the disk: one document, `networks.json`, which each change replaces as a whole. One that is damaged
/// is kept in `damaged`, and replaced by what can be read of it.
final class NetworkStore {
    private static final String NETWORKS = "networks";

    private final Path file;
    private final StoreFiles files;
    private final Consumer<String> damages;

    /// @param directory is made if it is not there
    /// @param steps is told what comes next in each change; for tests of crashes
    /// @param damages is told of a document that was set aside, in a line
    NetworkStore(final Path directory, final Consumer<String> steps, final Consumer<String> damages) {
        this.damages = damages;
        file = directory.resolve("networks.json");
        final Path temporary = directory.resolve("temporary");
        try {
            TreeRemoval.remove(temporary);
            Files.createDirectories(temporary);
        } catch (final IOException e) {
            throw failed("use", e);
        }
        files = new StoreFiles(temporary, steps);
    }

    void write(final Collection<UserNetwork> networks) {
        final List<Object> all = new ArrayList<>();
        networks.forEach(network -> all.add(document(network)));
        try {
            files.write(file, JsonWriter.string(Map.of(NETWORKS, all)).getBytes(StandardCharsets.UTF_8));
        } catch (final IOException e) {
            throw failed("write", e);
        }
    }

    List<UserNetwork> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        final List<UserNetwork> networks = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();
        try {
            final JsonArray all =
                    JsonParser.object().from(Files.readString(file)).getArray(NETWORKS);
            if (all == null) {
                throw new IOException("it names no networks");
            }
            for (final Object one : all) {
                read(one, networks, reasons);
            }
        } catch (final IOException | JsonParserException e) {
            reasons.add("networks of one's own are not known any more: " + e.getMessage());
        }
        if (!reasons.isEmpty()) {
            setAside(networks, String.join("; ", reasons).replaceAll("\\R+", " "));
        }
        return networks;
    }

    private static void read(final Object one, final List<UserNetwork> networks, final List<String> reasons) {
        final JsonObject json = one instanceof final JsonObject object ? object : new JsonObject();
        try {
            networks.add(network(json));
        } catch (final DateTimeException | IllegalArgumentException | ClassCastException e) {
            reasons.add("network " + json.getString("name", "without a name") + " ("
                    + json.getString("id", "without an id") + ") is not known any more: " + e.getMessage());
        }
    }

    private void setAside(final List<UserNetwork> readable, final String reason) {
        try {
            final Path aside = files.setAside(file, file.resolveSibling("damaged"));
            damages.accept(file + " is damaged: " + reason + "; it is kept as " + aside);
        } catch (final IOException e) {
            throw failed("set aside", e);
        }
        write(readable);
    }

    private static Map<String, Object> document(final UserNetwork network) {
        final NetworkSpec spec = network.spec();
        final NetworkAddresses addresses = spec.addresses();
        final Map<String, Object> json = new HashMap<>();
        json.put("id", spec.id());
        json.put("name", spec.name());
        json.put("created", network.created().toString());
        json.put("mtu", spec.mtu());
        json.put("internal", spec.isInternal());
        json.put("attachable", network.isAttachable());
        json.put("labels", network.labels());
        json.put("options", network.options());
        json.put("subnet", range(addresses.subnet()));
        json.put("range", range(addresses.range()));
        json.put("gateway", addresses.gateway());
        json.put("reserved", List.copyOf(addresses.reserved()));
        // A number with so many digits would be read as one with a fraction.
        addresses.ipv6().ifPresent(ipv6 -> json.put("ipv6", Long.toHexString(ipv6.prefix())));
        return json;
    }

    private static List<Integer> range(final Subnet subnet) {
        return List.of(subnet.address(), subnet.prefixLength());
    }

    private static UserNetwork network(final JsonObject json) {
        final Set<Integer> reserved = new HashSet<>();
        json.getArray("reserved", new JsonArray()).forEach(address -> reserved.add(((Number) address).intValue()));
        final Optional<Ipv6Network> ipv6 = Optional.ofNullable(json.getString("ipv6"))
                .map(prefix -> new Ipv6Network(Long.parseUnsignedLong(prefix, 16)));
        final NetworkAddresses addresses = new NetworkAddresses(
                subnet(json, "subnet"), whole(json, "gateway"), subnet(json, "range"), reserved, ipv6);
        return new UserNetwork(
                new NetworkSpec(
                        text(json, "id"),
                        text(json, "name"),
                        addresses,
                        whole(json, "mtu"),
                        json.getBoolean("internal")),
                Instant.parse(json.getString("created", "")),
                texts(json.getObject("labels", new JsonObject())),
                texts(json.getObject("options", new JsonObject())),
                json.getBoolean("attachable"));
    }

    private static Subnet subnet(final JsonObject json, final String name) {
        final JsonArray range = json.getArray(name, new JsonArray());
        if (range.size() != 2) {
            throw new IllegalArgumentException("no " + name);
        }
        return new Subnet(range.getInt(0), range.getInt(1));
    }

    private static String text(final JsonObject json, final String name) {
        final String text = json.getString(name, "");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("no " + name);
        }
        return text;
    }

    private static int whole(final JsonObject json, final String name) {
        if (!json.isNumber(name)) {
            throw new IllegalArgumentException("no " + name);
        }
        return json.getInt(name);
    }

    private static Map<String, String> texts(final JsonObject object) {
        final Map<String, String> texts = new HashMap<>();
        object.forEach((key, value) -> texts.put(key, String.valueOf(value)));
        return texts;
    }

    private EngineException failed(final String what, final Exception e) {
        return new EngineException(Kind.FAILED, "cannot " + what + " " + file + ": " + e, e);
    }
}
