package dev.tailrace.runtime.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// Proxies by the variables that dockerd and curl go by: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in
/// either case. Nothing on the loopback device is asked by way of one.
final class EnvironmentProxy extends ProxySelector {
    private static final int USUAL_PORT = 1080;

    private final Map<String, String> environment;

    private EnvironmentProxy(final Map<String, String> environment) {
        this.environment = environment;
    }

    static EnvironmentProxy of(final Map<String, String> environment) {
        return new EnvironmentProxy(environment);
    }

    @Override
    public List<Proxy> select(final URI uri) {
        final String host = Objects.requireNonNullElse(uri.getHost(), "");
        final String text = variable("https".equals(uri.getScheme()) ? "https_proxy" : "http_proxy");
        if (text.isEmpty() || Addresses.isLoopback(Addresses.host(host)) || isDirect(host)) {
            return List.of(Proxy.NO_PROXY);
        }
        final URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
        if (proxy.getHost() == null) {
            throw new IllegalArgumentException("the proxy " + text + " is no address");
        }
        final int port = proxy.getPort() < 0 ? USUAL_PORT : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port)));
    }

    @Override
    public void connectFailed(final URI uri, final SocketAddress address, final IOException failure) {
        // The request fails and says so.
    }

    private boolean isDirect(final String host) {
        for (final String entry : variable("no_proxy").split("[,\\s]+", -1)) {
            final String name = entry.startsWith(".") ? entry.substring(1) : entry;
            if (entry.equals("*")
                    || !name.isEmpty() && (host.equals(name) || host.endsWith("." + name))
                    || Addresses.isInBlock(host, entry)) {
                return true;
            }
        }
        return false;
    }

    private String variable(final String name) {
        final String lower = environment.getOrDefault(name, "");
        return lower.isEmpty() ? environment.getOrDefault(name.toUpperCase(Locale.ROOT), "") : lower;
    }
}
