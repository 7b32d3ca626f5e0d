package dev.tailrace.tapio.slirp.api;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.PortForward.Protocol;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import org.jspecify.annotations.Nullable;

/// Reads a request; the only user of the JSON library, so that it is loaded when the first request comes.
final class ApiRequestParser {
    private static final IpLiteral ANY_IPV4 = new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(0));
    private static final IpLiteral ANY_IPV6 = new IpLiteral(0, 0);
    private static final int MAX_PORT = 65_535;

    private final IpLiteral defaultGuest;
    private final boolean ipv6;

    /// @param network whose recommended IPv4 address a forward without `guest_addr` leads to; without IPv6 no address
    ///     of the guest may be one
    ApiRequestParser(final VirtualNetwork network) {
        this.defaultGuest = new IpLiteral(IpAddress.IPV4_HI, IpAddress.ipv4Lo(network.guest()));
        this.ipv6 = network.ipv6() != null;
    }

    /// @throws ApiException with the reason for the client
    ApiRequest parse(final String json) {
        final Object document;
        try {
            document = JsonParser.any().from(json);
        } catch (final JsonParserException e) {
            throw new ApiException("cannot parse JSON");
        }
        if (!(document instanceof final JsonObject request)) {
            throw new ApiException("json_object() failed");
        }
        if (!(request.get("execute") instanceof final String command)) {
            throw new ApiException("no execute found");
        }
        final JsonObject arguments =
                request.get("arguments") instanceof final JsonObject object ? object : new JsonObject();
        return switch (command) {
            case "add_hostfwd" -> add(arguments);
            case "list_hostfwd" -> new ApiRequest.ListForwards();
            case "remove_hostfwd" -> new ApiRequest.RemoveForward(id(arguments));
            default -> throw new ApiException("unknown execute");
        };
    }

    private ApiRequest add(final JsonObject arguments) {
        final Protocol protocol = protocol(arguments.get("proto"));
        final IpLiteral host = address(arguments, "host_addr");
        final int hostPort = port(arguments, "host_port");
        final IpLiteral guest = guest(arguments);
        final int guestPort = port(arguments, "guest_port");
        final IpLiteral anyHost = guest.isIpv4() ? ANY_IPV4 : ANY_IPV6;
        return new ApiRequest.AddForward(protocol, host == null ? anyHost : host, hostPort, guest, guestPort);
    }

    private IpLiteral guest(final JsonObject arguments) {
        final IpLiteral guest = address(arguments, "guest_addr");
        if (guest == null) {
            return defaultGuest;
        }
        if (!guest.isIpv4() && !(ipv6 && Ipv6Network.isUnicast(guest.hi(), guest.lo()))) {
            throw badArgument("add_hostfwd", "guest_addr");
        }
        return guest;
    }

    private static Protocol protocol(final @Nullable Object value) {
        if ("tcp".equals(value)) {
            return Protocol.TCP;
        }
        if ("udp".equals(value)) {
            return Protocol.UDP;
        }
        throw badArgument("add_hostfwd", "proto");
    }

    /// An address of either family, or null when there is none.
    private static @Nullable IpLiteral address(final JsonObject arguments, final String name) {
        final Object value = arguments.get(name);
        if (value == null || value.equals("")) {
            return null;
        }
        final IpLiteral address = value instanceof final String text ? IpLiteral.parse(text) : null;
        if (address == null) {
            throw badArgument("add_hostfwd", name);
        }
        return address;
    }

    private static int port(final JsonObject arguments, final String name) {
        final int port = positive(arguments.get(name));
        if (port == 0 || port > MAX_PORT) {
            throw badArgument("add_hostfwd", name);
        }
        return port;
    }

    private static int id(final JsonObject arguments) {
        final int id = positive(arguments.get("id"));
        if (id == 0) {
            throw badArgument("remove_hostfwd", "id");
        }
        return id;
    }

    /// A whole number from 1 up, or 0 for anything else.
    private static int positive(final @Nullable Object value) {
        if (!(value instanceof final Number number)) {
            return 0;
        }
        final double exact = number.doubleValue();
        return exact >= 1 && exact <= Integer.MAX_VALUE && exact == Math.rint(exact) ? (int) exact : 0;
    }

    static ApiException badArgument(final String command, final String name) {
        return new ApiException(command + ": bad arguments." + name);
    }
}
