package dev.tailrace.runtime.container.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.sandbox.BpfMachine;
import dev.tailrace.tapio.sandbox.CallRule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

class DefaultProfileTest {
    private static final int X32 = 0x4000_0000;
    private static final int AUDIT_ARCH_ARM = 0x4000_0028;
    private static final int MOST_INSTRUCTIONS = 4096;
    private static final int CLONE_NEWUSER = 0x1000_0000;
    private static final int THREAD_OF_GLIBC = 0x3d_0f00;
    private static final long UPPER_GARBAGE = 7L << 32;

    private final List<CallTable.Row> rows = CallTable.rows();
    private final BpfMachine x86 = machine(DefaultProfile.AUDIT_ARCH_X86_64, Set.of());
    private final BpfMachine aarch64 = machine(DefaultProfile.AUDIT_ARCH_AARCH64, Set.of());

    private static BpfMachine machine(final int architecture, final Set<String> capabilities) {
        return new BpfMachine(DefaultProfile.code(architecture, capabilities));
    }

    private CallTable.Row row(final String name) {
        return rows.stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
    }

    private int x86(final String name, final long... arguments) {
        return x86.run(DefaultProfile.AUDIT_ARCH_X86_64, row(name).x86(), arguments);
    }

    /// Every number of a table, against the table, which is all that the profile knows.
    private void decides(
            final BpfMachine machine,
            final int architecture,
            final int base,
            final int last,
            final ToIntFunction<CallTable.Row> number) {
        final Map<Integer, CallTable.Row> known = new HashMap<>();
        for (final CallTable.Row row : rows) {
            if (number.applyAsInt(row) != CallTable.NONE) {
                assertEquals(null, known.put(number.applyAsInt(row), row), row.name());
            }
        }
        for (int call = 0; call <= last + 100; call++) {
            final int action = machine.run(architecture, base + call, -1, -1, -1, -1, -1, -1);
            final CallTable.Row row = known.get(call);
            final String what = Integer.toHexString(architecture) + " call " + call + " " + row;
            if (call > last) {
                assertEquals(DefaultProfile.ENOSYS, action, what);
            } else if (row == null || row.rule().stream().allMatch(word -> word.startsWith("CAP_"))) {
                assertEquals(DefaultProfile.EPERM, action, what);
            } else if (row.rule().equals(List.of("*"))) {
                assertEquals(CallRule.ALLOW, action, what);
            }
        }
    }

    @Test
    void shouldDecideAboutEveryNumberOfEveryTable() {
        decides(x86, DefaultProfile.AUDIT_ARCH_X86_64, 0, DefaultProfile.LAST_KNOWN, CallTable.Row::x86);
        decides(x86, DefaultProfile.AUDIT_ARCH_X86_64, X32, DefaultProfile.LAST_X32, CallTable.Row::x32);
        decides(x86, DefaultProfile.AUDIT_ARCH_I386, 0, DefaultProfile.LAST_KNOWN, CallTable.Row::i386);
        decides(aarch64, DefaultProfile.AUDIT_ARCH_AARCH64, 0, DefaultProfile.LAST_KNOWN, CallTable.Row::aarch64);
    }

    @Test
    void shouldKillByAnotherArchitecture() {
        assertEquals(CallRule.KILL_PROCESS, x86.run(DefaultProfile.AUDIT_ARCH_AARCH64, 0));
        assertEquals(CallRule.KILL_PROCESS, x86.run(0, 0));
        assertEquals(CallRule.KILL_PROCESS, aarch64.run(AUDIT_ARCH_ARM, 0));
    }

    @Test
    void shouldAllowAndRefuseWhatDockerDoes() {
        // Of Docker's documentation of its default profile, "significant syscalls blocked".
        for (final String never : new String[] {
            "mount",
            "umount2",
            "unshare",
            "setns",
            "reboot",
            "bpf",
            "perf_event_open",
            "open_by_handle_at",
            "acct",
            "settimeofday",
            "clock_settime",
            "syslog",
            "init_module",
            "finit_module",
            "delete_module",
            "iopl",
            "ioperm",
            "kcmp",
            "lookup_dcookie",
            "mbind",
            "fsopen",
            "move_mount",
            "open_tree"
        }) {
            assertEquals(DefaultProfile.EPERM, x86(never), never);
        }
        final Set<String> names = new HashSet<>();
        rows.forEach(row -> names.add(row.name()));
        for (final String unknown : new String[] {
            "keyctl",
            "add_key",
            "request_key",
            "io_uring_setup",
            "io_uring_enter",
            "userfaultfd",
            "kexec_load",
            "swapon",
            "pivot_root",
            "move_pages",
            "nfsservctl",
            "create_module",
            "uselib",
            "vm86"
        }) {
            assertTrue(!names.contains(unknown), unknown);
        }
        for (final String always :
                new String[] {"read", "execve", "ptrace", "openat2", "seccomp", "setuid", "mknodat"}) {
            assertEquals(CallRule.ALLOW, x86(always), always);
        }
    }

    @Test
    void shouldLookAtArguments() {
        assertEquals(CallRule.ALLOW, x86("clone", THREAD_OF_GLIBC));
        assertEquals(DefaultProfile.EPERM, x86("clone", THREAD_OF_GLIBC | CLONE_NEWUSER));
        assertEquals(DefaultProfile.ENOSYS, x86("clone3", 0));
        assertEquals(CallRule.ALLOW, x86("socket", 2));
        assertEquals(CallRule.ALLOW, x86("socket", 39));
        assertEquals(CallRule.ALLOW, x86("socket", 41));
        // The kernel takes the lower half only.
        for (final long family : new long[] {38, 40, 38 + UPPER_GARBAGE, 40 + UPPER_GARBAGE}) {
            assertEquals(DefaultProfile.EPERM, x86("socket", family));
        }
        for (final long personality : new long[] {0, 8, 0x2_0000, 0x2_0008, 0xffff_ffffL}) {
            assertEquals(CallRule.ALLOW, x86("personality", personality));
        }
        assertEquals(DefaultProfile.EPERM, x86("personality", 0x4_0000));
        final int socketcall = row("socketcall").i386();
        assertEquals(DefaultProfile.ENOSYS, x86.run(DefaultProfile.AUDIT_ARCH_I386, socketcall, 1));
        assertEquals(CallRule.ALLOW, x86.run(DefaultProfile.AUDIT_ARCH_I386, socketcall, 3));
        final int clone = row("clone").aarch64();
        assertEquals(DefaultProfile.EPERM, aarch64.run(DefaultProfile.AUDIT_ARCH_AARCH64, clone, CLONE_NEWUSER));
    }

    @Test
    void shouldAllowMoreWithCapabilities() {
        final BpfMachine admin = machine(DefaultProfile.AUDIT_ARCH_X86_64, Set.of("CAP_SYS_ADMIN", "CAP_SYS_CHROOT"));
        for (final String call : new String[] {"mount", "clone3", "unshare", "syslog", "chroot", "bpf"}) {
            assertEquals(
                    CallRule.ALLOW,
                    admin.run(DefaultProfile.AUDIT_ARCH_X86_64, row(call).x86()),
                    call);
        }
        assertEquals(
                CallRule.ALLOW,
                admin.run(DefaultProfile.AUDIT_ARCH_X86_64, row("clone").x86(), CLONE_NEWUSER));
        assertEquals(
                DefaultProfile.EPERM,
                admin.run(DefaultProfile.AUDIT_ARCH_X86_64, row("reboot").x86()));
        assertEquals(DefaultProfile.EPERM, x86("chroot"));
    }

    @Test
    void shouldFitTheKernel() {
        final int length =
                DefaultProfile.code(DefaultProfile.AUDIT_ARCH_X86_64, Set.of()).size();
        assertTrue(length > 200 && length < MOST_INSTRUCTIONS, length + " instructions");
    }
}
