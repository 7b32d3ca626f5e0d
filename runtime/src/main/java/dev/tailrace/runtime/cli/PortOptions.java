package dev.tailrace.runtime.cli;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `--publish` and `--expose` as the API takes them.
///
/// @param exposed `80/tcp` each
/// @param bindings `{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}`
record PortOptions(Set<String> exposed, JsonObject bindings) {
    /// Address (in brackets if it has colons), port or range on the host, port or range of the container, protocol.
    private static final Pattern PUBLISHED = Pattern.compile(
            "(?:(?:(\\[[0-9a-fA-F:.]+]|[0-9.]+):)?([0-9]{0,5}(?:-[0-9]{1,5})?):)?([0-9]{1,5}(?:-[0-9]{1,5})?)"
                    + "(?:/(tcp|udp))?");

    private static final Pattern EXPOSED = Pattern.compile("([0-9]{1,5}(?:-[0-9]{1,5})?)(?:/(tcp|udp))?");
    private static final int MAX_PORT = 65_535;

    /// @throws CommandException for what is none
    static PortOptions of(final List<String> published, final List<String> exposed) {
        final PortOptions options = new PortOptions(new TreeSet<>(), new JsonObject());
        exposed.forEach(options::expose);
        published.forEach(options::publish);
        return options;
    }

    private void expose(final String text) {
        final Matcher matcher = match(EXPOSED, "--expose", text);
        final Range range = Range.of(matcher.group(1), "--expose", text);
        for (int port = range.first; port <= range.last; port++) {
            exposed.add(port + "/" + protocol(matcher.group(2)));
        }
    }

    private void publish(final String text) {
        final Matcher matcher = match(PUBLISHED, "--publish", text);
        final Range inside = Range.of(matcher.group(3), "--publish", text);
        final String host = matcher.group(2) == null ? "" : matcher.group(2);
        final Range outside = host.isEmpty() ? inside : Range.of(host, "--publish", text);
        if (outside.last - outside.first != inside.last - inside.first) {
            throw wrong("--publish", text, "its ranges are not of the same length");
        }
        final String address = matcher.group(1) == null ? "" : matcher.group(1).replaceAll("[\\[\\]]", "");
        for (int index = 0; index <= inside.last - inside.first; index++) {
            final String port = (inside.first + index) + "/" + protocol(matcher.group(4));
            exposed.add(port);
            final JsonObject binding = new JsonObject();
            binding.put("HostIp", address);
            binding.put("HostPort", host.isEmpty() ? "" : Integer.toString(outside.first + index));
            ((JsonArray) bindings.computeIfAbsent(port, name -> new JsonArray())).add(binding);
        }
    }

    private static String protocol(final @Nullable String text) {
        return text == null ? "tcp" : text;
    }

    private static Matcher match(final Pattern pattern, final String option, final String text) {
        final Matcher matcher = pattern.matcher(text);
        if (!matcher.matches()) {
            throw wrong(option, text, "8080:80, 127.0.0.1:8080:80/tcp and [::1]:53:53/udp are right");
        }
        return matcher;
    }

    private static CommandException wrong(final String option, final String text, final String advice) {
        return new CommandException(ExitCode.ENGINE, option + " \"" + text + "\" is wrong: " + advice);
    }

    /// Ports from `first` to `last`.
    private record Range(int first, int last) {
        static Range of(final String text, final String option, final String whole) {
            final String[] ends = text.split("-", 2);
            final int first = Integer.parseInt(ends[0]);
            final int last = Integer.parseInt(ends[ends.length - 1]);
            if (first == 0 || last < first || last > MAX_PORT) {
                throw wrong(option, whole, "ports are 1 to " + MAX_PORT);
            }
            return new Range(first, last);
        }
    }
}
