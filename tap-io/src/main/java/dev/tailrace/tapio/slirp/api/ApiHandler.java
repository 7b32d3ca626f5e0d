package dev.tailrace.tapio.slirp.api;

import dev.tailrace.netstack.host.HostException;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.stack.PortForwards;
import dev.tailrace.tapio.slirp.observe.Observation;
import dev.tailrace.tapio.slirp.observe.ReplySource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Carries out requests: JSON in, JSON out, without a newline at the end.
public final class ApiHandler {
    private final PortForwards forwards;
    private final VirtualNetwork network;
    private final Consumer<String> log;
    private final @Nullable ObserveHandler observe;

    /// Forwards ports and knows no more.
    ///
    /// @param log takes lines that say why something failed, for the standard error
    public ApiHandler(final PortForwards forwards, final VirtualNetwork network, final Consumer<String> log) {
        this(forwards, network, null, log);
    }

    /// @param observation what may be asked of the session, or null for nothing
    /// @param log takes lines that say why something failed, for the standard error
    public ApiHandler(
            final PortForwards forwards,
            final VirtualNetwork network,
            final @Nullable Observation observation,
            final Consumer<String> log) {
        this.forwards = forwards;
        this.network = network;
        this.log = log;
        this.observe = observation == null ? null : new ObserveHandler(observation);
    }

    /// Answers one request of a client that sends text alone, with the whole reply.
    public String handle(final String json) {
        final StringBuilder reply = new StringBuilder();
        final ReplySource source = answer(json, ApiClient.TEXT_ALONE).reply();
        while (source.appendTo(reply)) {
            // The next piece follows.
        }
        return reply.toString();
    }

    /// Answers one request. A wrong request is answered, never thrown.
    ApiAnswer answer(final String json, final ApiClient client) {
        try {
            return reply(new ApiRequestParser(network).parse(json), client);
        } catch (final ApiException e) {
            return ApiAnswer.of(ApiReply.error(String.valueOf(e.getMessage())));
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

    private ApiAnswer reply(final ApiRequest request, final ApiClient client) {
        return switch (request) {
            case final ApiRequest.AddForward add -> ApiAnswer.of(add(add));
            case final ApiRequest.ListForwards _ -> ApiAnswer.of(ApiReply.list(forwards.list()));
            case final ApiRequest.RemoveForward remove -> {
                if (!forwards.remove(remove.id())) {
                    throw ApiRequestParser.badArgument("remove_hostfwd", "id");
                }
                yield ApiAnswer.of(ApiReply.removed());
            }
            case final ApiRequest.Stats _ -> ApiAnswer.of(observe().stats());
            case final ApiRequest.Metrics _ -> ApiAnswer.of(observe().metrics());
            case final ApiRequest.Flows flows -> new ApiAnswer(observe().flows(flows), null);
            case final ApiRequest.StartCapture start -> observe().start(start, client);
            case final ApiRequest.StopCapture stop -> ApiAnswer.of(observe().stop(stop));
        };
    }

    private ObserveHandler observe() {
        if (observe == null) {
            throw new ApiException("unknown execute");
        }
        return observe;
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
