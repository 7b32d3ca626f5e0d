package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.PortForwards;
import java.util.function.Consumer;

/// Carries out requests: JSON in, JSON out, without a newline at the end.
public final class ApiHandler {
    private final PortForwards forwards;
    private final VirtualNetwork network;
    private final Consumer<String> log;

    /// @param log takes lines that say why something failed, for the standard error
    public ApiHandler(final PortForwards forwards, final VirtualNetwork network, final Consumer<String> log) {
        this.forwards = forwards;
        this.network = network;
        this.log = log;
    }

    /// Answers one request. A wrong request is answered, never thrown.
    public String handle(final String json) {
        try {
            return reply(new ApiRequestParser(network).parse(json));
        } catch (final ApiException e) {
            return ApiReply.error(String.valueOf(e.getMessage()));
        }
    }

    /// The answer to a request that is too long to be one.
    static String tooLarge() {
        return ApiReply.error("too large message");
    }

    /// The answer to what is no JSON.
    static String malformed() {
        return ApiReply.error("cannot parse JSON");
    }

    /// The answer to a client of another user.
    static String foreign() {
        return ApiReply.refused("permission denied: this socket is for its owner and root");
    }

    private String reply(final ApiRequest request) {
        return switch (request) {
            case final ApiRequest.AddForward add -> add(add);
            case final ApiRequest.ListForwards _ -> ApiReply.list(forwards.list());
            case final ApiRequest.RemoveForward remove -> {
                if (!forwards.remove(remove.id())) {
                    throw ApiRequestParser.badArgument("remove_hostfwd", "id");
                }
                yield ApiReply.removed();
            }
        };
    }

    private String add(final ApiRequest.AddForward add) {
        try {
            return ApiReply.added(forwards.add(
                    add.protocol(),
                    add.host().hi(),
                    add.host().lo(),
                    add.hostPort(),
                    add.guest().hi(),
                    add.guest().lo(),
                    add.guestPort()));
        } catch (final HostException e) {
            // The client is told only that it failed; the reason is for whoever reads our log.
            log.accept("add_hostfwd: " + e.getMessage());
            throw new ApiException("add_hostfwd: slirp_add_hostfwd failed");
        }
    }
}
