package dev.tailrace.runtime.container;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Finds users in a container's /etc/passwd and groups in its /etc/group (passwd(5), group(5)), by the rules and with
/// the messages of Docker. Lines that make no sense are passed over.
final class Users {
    private static final String PASSWD = "/etc/passwd";
    private static final String GROUP = "/etc/group";
    private static final int PASSWD_FIELDS = 7;
    private static final int GROUP_FIELDS = 4;

    private final List<Entry> users;
    private final List<Entry> groups;

    Users(final RootFiles files) {
        this(files.read(PASSWD), files.read(GROUP));
    }

    Users(final String passwd, final String group) {
        users = entries(passwd, PASSWD_FIELDS);
        groups = entries(group, GROUP_FIELDS);
    }

    /// A line: name, password, id, and the rest.
    private record Entry(String name, int id, List<String> fields) {
        boolean isCalled(final String nameOrId) {
            return name.equals(nameOrId) || String.valueOf(id).equals(nameOrId);
        }
    }

    /// @param user `name|uid[:group|gid]`, empty for root
    /// @param additionalGroups names or numbers
    /// @throws StartException if there is nobody of that name
    Identity find(final String user, final List<String> additionalGroups) {
        final int colon = user.indexOf(':');
        final String name = colon < 0 ? user : user.substring(0, colon);
        final String group = colon < 0 ? "" : user.substring(colon + 1);
        final String wanted = name.isEmpty() ? "0" : name;
        final Optional<Entry> entry =
                users.stream().filter(candidate -> candidate.isCalled(wanted)).findFirst();
        final int uid = entry.isPresent()
                ? entry.get().id()
                : number(wanted, "unable to find user " + wanted + ": no matching entries in passwd file");
        final int gid;
        final Set<Integer> supplementary = new LinkedHashSet<>();
        if (group.isEmpty()) {
            gid = entry.map(found -> idOf(found.fields().get(3))).orElse(0);
            entry.ifPresent(found -> supplementary.addAll(groupsOf(found.name())));
        } else {
            gid = groupId(group);
        }
        additionalGroups.forEach(additional -> supplementary.add(groupId(additional)));
        final String home = entry.map(found -> found.fields().get(5)).orElse("");
        return new Identity(uid, Math.max(gid, 0), List.copyOf(supplementary), home.isEmpty() ? "/" : home);
    }

    private List<Integer> groupsOf(final String user) {
        return groups.stream()
                .filter(group -> List.of(group.fields().get(3).split(",", -1)).contains(user))
                .map(Entry::id)
                .toList();
    }

    private int groupId(final String group) {
        return groups.stream()
                .filter(candidate -> candidate.isCalled(group))
                .map(Entry::id)
                .findFirst()
                .orElseGet(
                        () -> number(group, "unable to find group " + group + ": no matching entries in group file"));
    }

    private static int number(final String text, final String messageIfNone) {
        if (text.isEmpty() || !text.chars().allMatch(character -> character >= '0' && character <= '9')) {
            throw new StartException(StartException.OTHER, messageIfNone);
        }
        final int id = idOf(text);
        if (id < 0) {
            throw new StartException(
                    StartException.OTHER, "uids and gids must be in range 0-2147483647, which " + text + " is not");
        }
        return id;
    }

    /// -1 if it is none.
    private static int idOf(final String text) {
        try {
            return Math.max(-1, Integer.parseInt(text));
        } catch (final NumberFormatException _) {
            return -1;
        }
    }

    private static List<Entry> entries(final String text, final int fields) {
        final List<Entry> entries = new ArrayList<>();
        for (final String line : text.split("\n", -1)) {
            final List<String> parts = List.of(line.split(":", -1));
            if (parts.size() >= fields && !parts.getFirst().isEmpty() && idOf(parts.get(2)) >= 0) {
                entries.add(new Entry(parts.getFirst(), idOf(parts.get(2)), parts));
            }
        }
        return entries;
    }
}
