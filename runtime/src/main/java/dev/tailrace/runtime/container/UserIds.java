package dev.tailrace.runtime.container;

import java.util.List;

/// The ids of a user of a container.
public record UserIds(int uid, int gid) {
    /// @param user `name|uid[:group|gid]`
    /// @param passwd text of the container's /etc/passwd
    /// @param group text of its /etc/group
    /// @throws StartException there is nobody of that name
    public static UserIds of(final String user, final String passwd, final String group) {
        final Identity identity = new Users(passwd, group).find(user, List.of());
        return new UserIds(identity.uid(), identity.gid());
    }
}
