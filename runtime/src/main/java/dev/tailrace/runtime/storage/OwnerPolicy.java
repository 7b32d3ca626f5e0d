package dev.tailrace.runtime.storage;

/// What happens where an archive names an owner that this user namespace does not have.
public enum OwnerPolicy {
    /// It is an error, with the fix.
    KEEP,
    /// The file belongs to root, and runs as nobody else ([LostPrivileges]): for a namespace of a single id.
    IGNORE_UNMAPPED
}
