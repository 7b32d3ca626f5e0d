package dev.tailrace.runtime.storage.files;

import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Extended attributes, by the path `/proc/self/fd/DIRECTORY/NAME`, which needs no permission to open the file and is
/// not followed where it is a link. Has memory of its own: not for several threads.
public final class Xattrs implements AutoCloseable {
    /// How overlay marks a directory that hides what is below, without privileges (overlayfs.rst, "User xattr").
    public static final String OPAQUE = "user.overlay.opaque";

    private static final int MOST_VALUE_BYTES = 64 * 1024;
    private static final int MOST_PATH_BYTES = 4400;

    private final Memory memory = Memory.region(2 * MOST_VALUE_BYTES + 2 * MOST_PATH_BYTES);
    private final long path = memory.allocate(MOST_PATH_BYTES);
    private final long key = memory.allocate(MOST_PATH_BYTES);
    private final long list = memory.allocate(MOST_VALUE_BYTES);
    private final long value = memory.allocate(MOST_VALUE_BYTES);

    /// Whether an image may set or keep it: those by which overlay itself works, and those that mean something to this
    /// machine's security modules only, it may not.
    public static boolean isPortable(final String name) {
        return name.startsWith("user.") && !name.startsWith("user.overlay.") || name.equals("security.capability");
    }

    /// All of them that are portable.
    public Map<String, byte[]> portable(final int directory, final String name) {
        final Map<String, byte[]> found = new LinkedHashMap<>();
        final long length = Syscall.call(SyscallNumber.LLISTXATTR, place(directory, name), list, MOST_VALUE_BYTES);
        if (length == -Errno.EOPNOTSUPP) {
            return found;
        }
        FileCalls.check(length, "listxattr", name);
        final byte[] names = new byte[(int) length];
        memory.buffer().getBytes(memory.offset(list), names);
        int start = 0;
        for (int at = 0; at < names.length; at++) {
            if (names[at] == 0) {
                final String attribute = ByteText.of(names, start, at - start);
                final byte[] content = isPortable(attribute) ? get(directory, name, attribute) : null;
                if (content != null) {
                    found.put(attribute, content);
                }
                start = at + 1;
            }
        }
        return found;
    }

    public byte @Nullable [] get(final int directory, final String name, final String attribute) {
        final long length = Syscall.call(
                SyscallNumber.LGETXATTR, place(directory, name), put(key, attribute), value, MOST_VALUE_BYTES);
        if (length == -Errno.ENODATA || length == -Errno.EOPNOTSUPP) {
            return null;
        }
        FileCalls.check(length, "getxattr", name);
        final byte[] content = new byte[(int) length];
        memory.buffer().getBytes(memory.offset(value), content);
        return content;
    }

    public boolean isOpaque(final int directory, final String name) {
        final byte[] mark = get(directory, name, OPAQUE);
        return mark != null && mark.length == 1 && mark[0] == 'y';
    }

    public void markOpaque(final int directory, final String name) {
        FileCalls.check(trySet(directory, name, OPAQUE, new byte[] {'y'}), "setxattr " + OPAQUE, name);
    }

    /// Sets what can be set here: a file system without attributes, or a refusal, is none of the image's business.
    public void set(final int directory, final String name, final Map<String, byte[]> attributes) {
        attributes.forEach((attribute, content) -> {
            if (isPortable(attribute)) {
                final long result = trySet(directory, name, attribute, content);
                if (result != -Errno.EOPNOTSUPP && result != -Errno.EPERM) {
                    FileCalls.check(result, "setxattr " + ByteText.forMessage(attribute), name);
                }
            }
        });
    }

    @Override
    public void close() {
        memory.close();
    }

    private long trySet(final int directory, final String name, final String attribute, final byte[] content) {
        if (content.length > MOST_VALUE_BYTES) {
            return -Errno.E2BIG;
        }
        memory.buffer().putBytes(memory.offset(value), content);
        return Syscall.call(
                SyscallNumber.LSETXATTR, place(directory, name), put(key, attribute), value, content.length, 0);
    }

    private long place(final int directory, final String name) {
        return put(path, "/proc/self/fd/" + directory + "/" + name);
    }

    private long put(final long place, final String text) {
        final byte[] bytes = ByteText.bytes(text);
        if (bytes.length >= MOST_PATH_BYTES) {
            throw new LinuxException("xattr", ByteText.forMessage(text.substring(0, 80)) + "...", Errno.ENAMETOOLONG);
        }
        final int at = memory.offset(place);
        memory.buffer().putBytes(at, bytes);
        memory.buffer().putByte(at + bytes.length, (byte) 0);
        return place;
    }
}
