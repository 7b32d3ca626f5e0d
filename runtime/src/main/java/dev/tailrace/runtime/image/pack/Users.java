package dev.tailrace.runtime.image.pack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The users and groups of an image: root, nobody, and such of the machine as its programs need (passwd(5), group(5)).
final class Users {
    private static final int GID_FIELD = 3;
    private static final int MOST_FIELDS = 10;

    private final Path host;
    private final Map<String, String> passwd = new LinkedHashMap<>();
    private final Map<String, String> groups = new LinkedHashMap<>();

    Users(final Path host) {
        this.host = host;
        passwd.put("root", "root:x:0:0:root:/root:/bin/sh");
        passwd.put("nobody", "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin");
        groups.put("root", "root:x:0:");
        groups.put("tty", "tty:x:5:");
        groups.put("nogroup", "nogroup:x:65534:");
    }

    /// Takes a user of the machine in, with its group.
    void add(final String name) throws IOException {
        if (passwd.containsKey(name)) {
            return;
        }
        final String line = line("etc/passwd", name, 0)
                .orElseThrow(() -> new PackException("there is no user " + name + " on this machine"));
        passwd.put(name, line);
        final Optional<String> group = line("etc/group", field(line, GID_FIELD), 2);
        group.ifPresent(found -> groups.put(field(found, 0), field(found, 0) + ":x:" + field(found, 2) + ":"));
    }

    int uid(final String name) {
        return Integer.parseInt(field(passwd.getOrDefault(name, ""), 2));
    }

    int gid(final String name) {
        return Integer.parseInt(field(passwd.getOrDefault(name, ""), GID_FIELD));
    }

    String passwd() {
        return String.join("\n", passwd.values()) + "\n";
    }

    String groups() {
        return String.join("\n", groups.values()) + "\n";
    }

    private Optional<String> line(final String file, final String value, final int field) throws IOException {
        final Path path = host.resolve(file);
        final List<String> lines = Files.isReadable(path) ? Files.readAllLines(path) : List.of();
        return lines.stream().filter(line -> field(line, field).equals(value)).findFirst();
    }

    private static String field(final String line, final int field) {
        final String[] fields = line.split(":", MOST_FIELDS);
        return field < fields.length ? fields[field] : "";
    }
}
