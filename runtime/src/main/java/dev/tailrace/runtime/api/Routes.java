package dev.tailrace.runtime.api;

import dev.tailrace.runtime.build.Builder;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/// Every endpoint there is.
final class Routes {
    private static final String CONTAINER = "/containers/([^/]+)";
    private static final String IMAGE = "/images/(.+)";

    private Routes() {}

    static List<Route> of(final Engine engine, final Optional<Transfers> transfers, final Executor workers) {
        final List<Route> routes = new ArrayList<>();
        system(routes, engine);
        containers(routes, engine);
        streams(routes, engine, workers);
        transfers.ifPresent(given -> registries(routes, engine, given));
        transfers.ifPresent(given -> builds(routes, engine, given));
        images(routes, engine);
        networks(routes, engine);
        volumes(routes, engine);
        routes.add(Route.of("GET", "/system/df", new DiskHandlers(engine, transfers.map(Transfers::store))::usage));
        unsupported(routes);
        return routes;
    }

    private static void system(final List<Route> routes, final Engine engine) {
        final SystemHandlers system = new SystemHandlers(engine);
        routes.add(Route.of("GET", "/_ping", system::ping));
        routes.add(Route.of("HEAD", "/_ping", system::ping));
        routes.add(Route.of("GET", "/version", system::version));
        routes.add(Route.of("GET", "/info", system::info));
        routes.add(Route.of("GET", "/events", new EventHandlers(engine)::events));
        final PruneHandlers prunes = new PruneHandlers(engine);
        routes.add(Route.of("POST", "/containers/prune", prunes::containers));
        routes.add(Route.of("POST", "/images/prune", prunes::images));
    }

    private static void containers(final List<Route> routes, final Engine engine) {
        final ContainerHandlers containers = new ContainerHandlers(engine);
        routes.add(Route.of("GET", "/containers/json", containers::list));
        routes.add(Route.of("POST", "/containers/create", containers::create));
        routes.add(Route.of("GET", CONTAINER + "/json", containers::inspect));
        routes.add(Route.of("GET", CONTAINER + "/top", containers::top));
        routes.add(Route.of("GET", CONTAINER + "/changes", containers::changes));
        routes.add(Route.of("GET", CONTAINER + "/export", containers::export));
        routes.add(Route.of("POST", CONTAINER + "/start", containers::start));
        routes.add(Route.of("POST", CONTAINER + "/stop", containers::stop));
        routes.add(Route.of("POST", CONTAINER + "/restart", containers::restart));
        routes.add(Route.of("POST", CONTAINER + "/kill", containers::kill));
        routes.add(Route.of("POST", CONTAINER + "/pause", containers::pause));
        routes.add(Route.of("POST", CONTAINER + "/unpause", containers::unpause));
        routes.add(Route.of("POST", CONTAINER + "/rename", containers::rename));
        routes.add(Route.of("POST", CONTAINER + "/resize", containers::resize));
        routes.add(Route.of("DELETE", CONTAINER, containers::remove));
        routes.add(Route.of("POST", CONTAINER + "/update", new UpdateHandlers(engine)::update));
        routes.add(Route.of("GET", CONTAINER + "/stats", new StatsHandlers(engine)::stats));
        final FileHandlers files = new FileHandlers(engine);
        routes.add(Route.of("HEAD", CONTAINER + "/archive", files::find));
        routes.add(Route.of("GET", CONTAINER + "/archive", files::read));
        routes.add(Route.of("PUT", CONTAINER + "/archive", files::write));
    }

    private static void streams(final List<Route> routes, final Engine engine, final Executor workers) {
        final StreamHandlers streams = new StreamHandlers(engine, workers);
        routes.add(Route.of("POST", CONTAINER + "/attach", streams::attach));
        routes.add(Route.of("POST", CONTAINER + "/wait", streams::waitFor));
        routes.add(Route.of("GET", CONTAINER + "/logs", new LogHandlers(engine)::logs));
        final ExecHandlers execs = new ExecHandlers(engine, workers);
        routes.add(Route.of("POST", CONTAINER + "/exec", execs::create));
        routes.add(Route.of("POST", "/exec/([^/]+)/start", execs::start));
        routes.add(Route.of("POST", "/exec/([^/]+)/resize", execs::resize));
        routes.add(Route.of("GET", "/exec/([^/]+)/json", execs::inspect));
    }

    /// Before the routes that say that there is nothing of the kind.
    private static void registries(final List<Route> routes, final Engine engine, final Transfers transfers) {
        final RegistryHandlers registries = new RegistryHandlers(engine, transfers.registries());
        final ImageArchiveHandlers archives = new ImageArchiveHandlers(engine);
        routes.add(Route.of("POST", "/images/create", (request, name, exchange) -> {
            if (request.text("fromImage").isEmpty()) {
                archives.create(request, name, exchange);
            } else {
                registries.pull(request, name, exchange);
            }
        }));
        routes.add(Route.of("POST", IMAGE + "/push", registries::push));
        routes.add(Route.of("POST", "/auth", registries::login));
        routes.add(Route.of("GET", "/distribution/(.+)/json", registries::inspect));
    }

    private static void builds(final List<Route> routes, final Engine engine, final Transfers transfers) {
        final BuildHandlers builds =
                new BuildHandlers(engine, new Builder(engine, transfers.store(), transfers.registries()));
        routes.add(Route.of("POST", "/build", builds::build));
        routes.add(Route.of("POST", "/build/prune", builds::prune));
        routes.add(Route.of("POST", "/(?:session|grpc)", builds::session));
    }

    private static void images(final List<Route> routes, final Engine engine) {
        final ImageHandlers images = new ImageHandlers(engine);
        final ImageArchiveHandlers archives = new ImageArchiveHandlers(engine);
        routes.add(Route.of("GET", "/images/json", images::list));
        routes.add(Route.of("GET", "/images/get", archives::save));
        routes.add(Route.of("POST", "/images/load", archives::load));
        routes.add(Route.of("POST", "/images/create", archives::create));
        routes.add(Route.of("POST", "/commit", archives::commit));
        routes.add(Route.of("GET", IMAGE + "/get", archives::saveOne));
        routes.add(Route.of("GET", IMAGE + "/json", images::inspect));
        routes.add(Route.of("GET", IMAGE + "/history", images::history));
        routes.add(Route.of("POST", IMAGE + "/tag", images::tag));
        routes.add(Route.of("POST", IMAGE + "/push", unsupported("pushing images")));
        routes.add(Route.of("DELETE", IMAGE, images::remove));
    }

    private static void networks(final List<Route> routes, final Engine engine) {
        final NetworkHandlers networks = new NetworkHandlers(engine);
        routes.add(Route.of("GET", "/networks", networks::list));
        routes.add(Route.of("POST", "/networks/create", networks::create));
        routes.add(Route.of("POST", "/networks/prune", networks::prune));
        routes.add(Route.of("GET", "/networks/([^/]+)", networks::inspect));
        routes.add(Route.of("DELETE", "/networks/([^/]+)", networks::remove));
        routes.add(Route.of("POST", "/networks/([^/]+)/connect", networks::connect));
        routes.add(Route.of("POST", "/networks/([^/]+)/disconnect", networks::disconnect));
    }

    private static void volumes(final List<Route> routes, final Engine engine) {
        final VolumeHandlers volumes = new VolumeHandlers(engine);
        routes.add(Route.of("GET", "/volumes", volumes::list));
        routes.add(Route.of("POST", "/volumes/create", volumes::create));
        routes.add(Route.of("POST", "/volumes/prune", volumes::prune));
        routes.add(Route.of("GET", "/volumes/([^/]+)", volumes::inspect));
        routes.add(Route.of("DELETE", "/volumes/([^/]+)", volumes::remove));
    }

    private static void unsupported(final List<Route> routes) {
        routes.add(Route.of("POST", "/build", unsupported("building images")));
        routes.add(Route.of("POST", "/build/prune", unsupported("building images")));
        routes.add(Route.of("POST", "/session", unsupported("BuildKit")));
        routes.add(Route.of("POST", "/auth", unsupported("registries")));
        routes.add(Route.of("GET", "/images/search", unsupported("registries")));
    }

    private static Route.Handler unsupported(final String what) {
        return (request, name, exchange) -> {
            throw new EngineException(Kind.UNSUPPORTED, what + ": not supported by this engine yet");
        };
    }
}
