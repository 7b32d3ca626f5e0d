package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.HostConfig.PublishedPort;
import dev.tailrace.runtime.network.PortBinding;
import dev.tailrace.runtime.network.PortBinding.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which ports are published, out of what the request says.
final class PortPlan {
    private static final Pattern PORT = Pattern.compile("([0-9]{1,5})(?:/([A-Za-z]+))?");
    private static final Pattern HOST_PORT = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
    private static final int MAXIMUM = 65_535;

    private PortPlan() {}

    /// `80/tcp` for `80`.
    ///
    /// @throws EngineException it is no port
    static String canonical(final String port) {
        final Matcher matcher = match(port);
        return Integer.parseInt(matcher.group(1)) + "/" + protocolText(matcher, port);
    }

    static List<PortBinding> bindings(final HostConfig host, final List<String> exposedPorts) {
        final List<PortBinding> bindings = new ArrayList<>();
        for (final PublishedPort port : host.ports()) {
            bindings.add(binding(port.container(), port.hostAddress(), hostPort(port.hostPort())));
        }
        if (host.publishesAll()) {
            for (final String exposed : exposedPorts) {
                final PortBinding any = binding(exposed, "", 0);
                if (bindings.stream().noneMatch(binding -> isSame(binding, any))) {
                    bindings.add(any);
                }
            }
        }
        return bindings;
    }

    private static boolean isSame(final PortBinding one, final PortBinding other) {
        return one.containerPort() == other.containerPort() && one.protocol() == other.protocol();
    }

    private static PortBinding binding(final String container, final String hostAddress, final int hostPort) {
        final Matcher matcher = match(container);
        final Protocol protocol = protocolText(matcher, container).equals("tcp") ? Protocol.TCP : Protocol.UDP;
        return new PortBinding(protocol, Integer.parseInt(matcher.group(1)), hostAddress, hostPort);
    }

    /// Of a range the first: clients send one with equal ends.
    private static int hostPort(final String text) {
        if (text.isEmpty()) {
            return 0;
        }
        final Matcher matcher = HOST_PORT.matcher(text);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) > MAXIMUM) {
            throw EngineException.invalid("invalid port specification: \"" + text + "\"");
        }
        if (matcher.group(2) != null && !matcher.group(2).equals(matcher.group(1))) {
            throw EngineException.invalid("invalid port specification: \"" + text + "\": ranges are not supported");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static Matcher match(final String port) {
        final Matcher matcher = PORT.matcher(port);
        if (!matcher.matches()
                || Integer.parseInt(matcher.group(1)) > MAXIMUM
                || Integer.parseInt(matcher.group(1)) == 0) {
            throw EngineException.invalid("invalid port specification: \"" + port + "\"");
        }
        return matcher;
    }

    private static String protocolText(final Matcher matcher, final String port) {
        final String protocol =
                matcher.group(2) == null ? "tcp" : matcher.group(2).toLowerCase(Locale.ROOT);
        if (!protocol.equals("tcp") && !protocol.equals("udp")) {
            throw EngineException.invalid(
                    "invalid port specification: \"" + port + "\": the protocol is not supported");
        }
        return protocol;
    }
}
