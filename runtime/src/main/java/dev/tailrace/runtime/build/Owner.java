package dev.tailrace.runtime.build;

import dev.tailrace.runtime.storage.RootView;
import java.io.IOException;

/// Whose the copied files are.
record Owner(int uid, int gid) {
    static final Owner ROOT = new Owner(0, 0);

    private static final int MOST_FILE_BYTES = 4 << 20;

    /// @param text `name|uid[:group|gid]`; a user alone is the group's name, too, as with Docker
    /// @param view of the image, whose /etc/passwd and /etc/group tell names
    static Owner parse(final String text, final RootView view) throws IOException {
        final int colon = text.indexOf(':');
        final String user = colon < 0 ? text : text.substring(0, colon);
        final String group = colon < 0 ? text : text.substring(colon + 1);
        return new Owner(id(user, "user", "etc/passwd", view), id(group, "group", "etc/group", view));
    }

    private static int id(final String name, final String what, final String file, final RootView view)
            throws IOException {
        if (name.matches("[0-9]{1,9}")) {
            return Integer.parseInt(name);
        }
        // name:password:id:... (passwd(5), group(5))
        for (final String line : view.text(file, MOST_FILE_BYTES).lines().toList()) {
            final String[] fields = line.split(":", -1);
            if (fields.length > 2 && fields[0].equals(name) && fields[2].matches("[0-9]{1,9}")) {
                return Integer.parseInt(fields[2]);
            }
        }
        throw new BuildException(
                BuildException.Kind.INVALID,
                "unable to convert uid/gid chown string to host mapping: can't find " + what + " " + name + " in /"
                        + file);
    }
}
