package dev.tailrace.runtime.net;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/// One request to the API socket of a running program, and its reply. Blocking.
final class ApiSocket implements AutoCloseable {
    static final int NO_DESCRIPTOR = -1;

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SHUT_WR = 1;
    private static final int MSG_NOSIGNAL = 0x4000;

    /// Length of `sun_path` (sys/un.h) with its NUL.
    private static final int MAX_PATH_BYTES = 108;

    private static final int PATH_OFFSET = 2;

    /// Places in the region: address, `struct msghdr`, `struct iovec`, `struct cmsghdr`, then bytes.
    private static final int MESSAGE = 128;

    private static final int IOVEC = 192;
    private static final int CONTROL = 208;
    private static final int CONTROL_LENGTH = 20;
    private static final int CONTROL_SPACE = 24;
    private static final int DATA = 256;
    private static final int DATA_BYTES = 64 * 1024;

    private final String path;
    private final Memory memory = Memory.region(DATA + DATA_BYTES);
    private final UnsafeBuffer buffer = memory.buffer();
    private final int fd;

    /// Connects.
    ///
    /// @throws NetException when that fails, with what to do
    ApiSocket(final String path) throws NetException {
        this.path = path;
        final byte[] name = path.getBytes(StandardCharsets.UTF_8);
        if (name.length >= MAX_PATH_BYTES) {
            memory.close();
            throw new NetException("API socket " + path + ": a path has " + (MAX_PATH_BYTES - 1) + " bytes at most");
        }
        fd = (int) Syscall.check(
                Syscall.call(SyscallNumber.SOCKET, AF_UNIX, SOCK_STREAM | Fd.O_CLOEXEC, 0), "socket(AF_UNIX)", path);
        buffer.putShort(0, (short) AF_UNIX);
        buffer.putBytes(PATH_OFFSET, name);
        final int errno =
                (int) -Syscall.call(SyscallNumber.CONNECT, fd, memory.address(), PATH_OFFSET + name.length + 1);
        if (errno != 0) {
            close();
            throw new NetException(
                    "connect " + path + ": " + Errno.name(errno) + " (" + Errno.text(errno) + ")" + advice(errno));
        }
    }

    /// Asks once.
    ///
    /// @return the whole reply
    /// @throws NetException when the connection breaks
    static String ask(final String path, final String request) throws NetException {
        try (ApiSocket socket = new ApiSocket(path)) {
            socket.send(request, NO_DESCRIPTOR);
            socket.hangUp();
            return socket.read(false);
        }
    }

    /// What is inside `return`.
    ///
    /// @throws NetException when the reply is an error, or no reply of ours
    static JsonObject result(final String path, final String reply) throws NetException {
        refuseError(path, reply);
        try {
            final JsonObject result = JsonParser.object().from(reply).getObject("return");
            if (result != null) {
                return result;
            }
        } catch (final JsonParserException e) {
            throw new NetException(path + " answered what is no JSON: " + e.getMessage());
        }
        throw new NetException(path + " answered without a result: is it the API socket of another program?");
    }

    /// @throws NetException when the reply is an error
    static void refuseError(final String path, final String reply) throws NetException {
        if (!reply.startsWith("{\"error\"")) {
            return;
        }
        String reason = reply;
        try {
            final JsonObject error = JsonParser.object().from(reply).getObject("error");
            reason = error == null ? reply : error.getString("desc", reply);
        } catch (final JsonParserException e) {
            reason = reply.replace('\n', ' ');
        }
        final boolean isForeign = reason.equals("bad request: unknown execute");
        throw new NetException(
                path + " answered: " + reason + (isForeign ? " (is it the socket of another slirp4netns?)" : ""));
    }

    /// Sends a request, with a descriptor that the program shall write to unless it is [#NO_DESCRIPTOR].
    void send(final String request, final int descriptor) throws NetException {
        final byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > DATA_BYTES) {
            throw new NetException("the request is too long");
        }
        buffer.putBytes(DATA, bytes);
        buffer.setMemory(MESSAGE, IOVEC - MESSAGE, (byte) 0);
        buffer.putLong(IOVEC, memory.address() + DATA);
        buffer.putLong(IOVEC + Long.BYTES, bytes.length);
        buffer.putLong(MESSAGE + 16, memory.address() + IOVEC);
        buffer.putLong(MESSAGE + 24, 1);
        if (descriptor != NO_DESCRIPTOR) {
            buffer.putLong(CONTROL, CONTROL_LENGTH);
            buffer.putInt(CONTROL + 8, SOL_SOCKET);
            buffer.putInt(CONTROL + 12, SCM_RIGHTS);
            buffer.putInt(CONTROL + 16, descriptor);
            buffer.putLong(MESSAGE + 32, memory.address() + CONTROL);
            buffer.putLong(MESSAGE + 40, CONTROL_SPACE);
        }
        final long sent = Syscall.call(SyscallNumber.SENDMSG, fd, memory.address() + MESSAGE, MSG_NOSIGNAL);
        if (sent != bytes.length) {
            throw new NetException(
                    "send to " + path + ": " + (sent < 0 ? Errno.text((int) -sent) : "only " + sent + " bytes"));
        }
    }

    /// Says that nothing more will be sent.
    void hangUp() {
        Syscall.call(SyscallNumber.SHUTDOWN, fd, SHUT_WR);
    }

    /// Reads to the end, or to the end of the line.
    String read(final boolean isLine) throws NetException {
        final ByteArrayOutputStream reply = new ByteArrayOutputStream();
        while (true) {
            final long count = Fd.read(fd, memory.address() + DATA, isLine ? 1 : DATA_BYTES);
            if (count < 0) {
                throw new NetException("read " + path + ": " + Errno.text((int) -count));
            }
            if (count == 0 || (isLine && buffer.getByte(DATA) == '\n')) {
                return reply.toString(StandardCharsets.UTF_8);
            }
            final byte[] bytes = new byte[(int) count];
            buffer.getBytes(DATA, bytes);
            reply.writeBytes(bytes);
        }
    }

    @Override
    public void close() {
        Fd.close(fd);
        memory.close();
    }

    private static String advice(final int errno) {
        return switch (errno) {
            case Errno.ENOENT -> ": does slirp4netns run with --api-socket=PATH?";
            case Errno.ECONNREFUSED -> ": who served it has ended";
            case Errno.EACCES, Errno.EPERM -> ": be the user who started slirp4netns";
            default -> "";
        };
    }
}
