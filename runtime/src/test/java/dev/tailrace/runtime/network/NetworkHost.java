package dev.tailrace.runtime.network;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Stands for the engine: root of a mapped user namespace in the host's network, with a bridge. Takes a
/// command a line and answers each with a line: `attach ID
/// [tcp|udp]:HOST_ADDRESS|HOST_PORT|CONTAINER_PORT...`, `attach-at ID ADDRESS`, `isolate ID`, `detach
/// ID`, `failure`, `close`.
final class NetworkHost {
    private final Map<String, Endpoint> endpoints = new HashMap<>();
    private final BridgeNetwork network;

    private NetworkHost(final int mtu, final List<String> options) {
        network = BridgeNetwork.open(
                BridgeConfig.ofDocker().withMtu(mtu).withHostLoopback(!options.contains("--disable-host-loopback")),
                StackSockets.NONE,
                options.contains("--keep-loopback"));
    }

    /// @param arguments the MTU, and options of the daemon
    public static void main(final String... arguments) throws IOException {
        final NetworkHost host = new NetworkHost(
                Integer.parseInt(arguments[0]), List.of(arguments).subList(1, arguments.length));
        say("ready " + host.network.subnet() + " " + host.network.gateway() + " " + host.network.nameServer());
        final BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            try {
                say(host.answer(line.split(" ")));
            } catch (final NetworkException e) {
                say("error " + e.getMessage());
            }
        }
    }

    private String answer(final String... words) {
        switch (words[0]) {
            case "attach" -> {
                final List<PortBinding> ports = new ArrayList<>();
                for (int i = 2; i < words.length; i++) {
                    ports.add(binding(words[i]));
                }
                final long startNs = System.nanoTime();
                final Endpoint endpoint = network.attach(words[1], "name-of-" + words[1], ports);
                final long tookNs = System.nanoTime() - startNs;
                endpoints.put(words[1], endpoint);
                return show(endpoint) + " ns=" + tookNs;
            }
            case "attach-at" -> {
                final Sandbox sandbox = network.open(words[1], words[1]);
                endpoints.put(words[1], sandbox);
                sandbox.connectDefault("bridge", at(words[2]));
                sandbox.publish(List.of());
                return show(sandbox);
            }
            case "isolate" -> {
                endpoints.put(words[1], network.isolate(words[1]));
                return show(endpoints.get(words[1]));
            }
            case "detach" -> {
                final long startNs = System.nanoTime();
                endpoints.remove(words[1]).close();
                return "detached ns=" + (System.nanoTime() - startNs);
            }
            case "failure" -> {
                return network.failure().orElse("none");
            }
            case "close" -> {
                network.close();
                return "closed";
            }
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static Membership at(final String ipv4) {
        return new Membership(Optional.of(ipv4), Optional.empty(), Optional.empty(), List.of(), Map.of(), 0);
    }

    private static String show(final Endpoint endpoint) {
        final StringBuilder text = new StringBuilder("fd=" + endpoint.namespaceFd());
        endpoint.address()
                .ifPresent(its -> text.append(" ipv4=")
                        .append(its.ipv4())
                        .append(" mac=")
                        .append(its.mac())
                        .append(" ipv6=")
                        .append(its.ipv6().orElse("none")));
        endpoint.ports().forEach(port -> text.append(" port=").append(port.hostPort()));
        return text.toString();
    }

    private static PortBinding binding(final String word) {
        final String[] fields = word.substring(4).split("\\|", -1);
        return new PortBinding(
                PortBinding.Protocol.valueOf(word.substring(0, 3).toUpperCase(java.util.Locale.ROOT)),
                Integer.parseInt(fields[2]),
                fields[0],
                Integer.parseInt(fields[1]));
    }

    private static void say(final String line) {
        System.out.println(line);
        System.out.flush();
    }
}
