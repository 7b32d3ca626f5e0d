package dev.tailrace.tapio.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.SyscallNumber;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The filter of the product, run by an interpreter of our own over every number that there is.
class SeccompFilterTest {
    private static final int PID = 4321;
    private static final int API_DIRECTORY = 17;
    private static final int ENOSYS = CallRule.ERRNO | Errno.ENOSYS;
    private static final int EPERM = CallRule.ERRNO | Errno.EPERM;
    private static final int X32 = 0x4000_0000;
    private static final long OTHER_HALF = 1L << 32;

    // fcntl.h and linux/sched.h.
    private static final int O_CREAT = 0x40;
    private static final long THREAD_OF_GLIBC = 0x3d_0f00;
    private static final long CLONE_VFORK = 0x4000;

    private final List<CallRule> rules = AllowedCalls.rules(PID, List.of(API_DIRECTORY));
    private final BpfMachine filter = new BpfMachine(SeccompFilter.code(SyscallNumber.AUDIT_ARCH, rules));

    @Test
    void shouldDecideAboutEveryNumber() {
        final Set<Integer> ruled = new HashSet<>();
        rules.forEach(rule -> ruled.add(rule.number()));
        int allowed = 0;
        for (int number = 0; number < 100_000; number++) {
            final int action = run(number);
            if (number > SeccompFilter.LAST_KNOWN) {
                assertEquals(ENOSYS, action, "call " + number);
            } else if (!ruled.contains(number)) {
                assertEquals(CallRule.TRAP, action, "call " + number);
            }
            allowed += action == CallRule.ALLOW ? 1 : 0;
        }
        assertTrue(allowed > 60 && allowed < 90, allowed + " calls are allowed with zeros as arguments");
        assertEquals(ENOSYS, run(X32 - 1));
    }

    @Test
    void shouldAllowWhatIsAlwaysAllowedWithAnyArguments() {
        for (final CallRule rule : rules) {
            if (rule.isAlways()) {
                assertEquals(CallRule.ALLOW, run(rule.number()));
                assertEquals(CallRule.ALLOW, run(rule.number(), -1, -1, -1, -1, -1, -1));
            }
        }
    }

    @Test
    void shouldTrapTheOtherTableOfTheProcessor() {
        for (int number = 0; number < 1000; number++) {
            assertEquals(CallRule.TRAP, run(X32 | number));
        }
        assertEquals(CallRule.TRAP, run(-1));
        assertEquals(CallRule.TRAP, run(Integer.MIN_VALUE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x4000_0003, 0x4000_0028, 0})
    void shouldKillCallersByAnotherConvention(final int architecture) {
        for (int number = 0; number < 500; number++) {
            assertEquals(CallRule.KILL_PROCESS, filter.run(architecture, number));
        }
    }

    @Test
    void shouldTrapWhatReachesFurtherThanASessionMust() {
        for (final int number : new int[] {
            SyscallNumber.EXECVE,
            SyscallNumber.EXECVEAT,
            SyscallNumber.PROCESS_VM_READV,
            SyscallNumber.PROCESS_VM_WRITEV,
            SyscallNumber.PIDFD_OPEN,
            SyscallNumber.PIDFD_GETFD,
            SyscallNumber.PIDFD_SEND_SIGNAL,
            SyscallNumber.KILL,
            SyscallNumber.MOUNT,
            SyscallNumber.UMOUNT2,
            SyscallNumber.PIVOT_ROOT,
            SyscallNumber.OPEN_TREE,
            SyscallNumber.MOVE_MOUNT,
            SyscallNumber.FSOPEN,
            SyscallNumber.FSMOUNT,
            SyscallNumber.MOUNT_SETATTR,
            SyscallNumber.CHROOT,
            SyscallNumber.SETNS,
            SyscallNumber.UNSHARE,
            SyscallNumber.CAPSET,
            SyscallNumber.SETUID,
            SyscallNumber.SETGID,
            SyscallNumber.MEMFD_CREATE,
            SyscallNumber.SECCOMP,
            SyscallNumber.FCHMOD,
            SyscallNumber.RENAMEAT2,
            SyscallNumber.LINKAT,
            SyscallNumber.SYMLINKAT,
            SyscallNumber.SOCKETPAIR,
        }) {
            assertEquals(CallRule.TRAP, run(number), "call " + number);
        }
    }

    @Test
    void shouldMakeThreadsOnly() {
        assertEquals(CallRule.ALLOW, run(SyscallNumber.CLONE, THREAD_OF_GLIBC));
        assertEquals(CallRule.TRAP, run(SyscallNumber.CLONE, 17));
        assertEquals(CallRule.TRAP, run(SyscallNumber.CLONE, CLONE_VFORK | 0x100));
        assertEquals(CallRule.TRAP, run(SyscallNumber.CLONE, THREAD_OF_GLIBC | CLONE_VFORK));
        for (final long namespace :
                new long[] {0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000}) {
            assertEquals(CallRule.TRAP, run(SyscallNumber.CLONE, THREAD_OF_GLIBC | namespace));
        }
        assertEquals(ENOSYS, run(SyscallNumber.CLONE3));
    }

    @Test
    void shouldMakeSocketsOfTheInternetOnly() {
        for (int family = 0; family < 64; family++) {
            for (int type = 0; type < 16; type++) {
                final boolean good = (family == 2 || family == 10) && (type == 1 || type == 2);
                final int expected = good ? CallRule.ALLOW : CallRule.TRAP;
                assertEquals(expected, run(SyscallNumber.SOCKET, family, type), family + ", " + type);
                assertEquals(expected, run(SyscallNumber.SOCKET, family, type | 0x80800), family + ", " + type);
            }
        }
    }

    @Test
    void shouldOpenFilesToReadOnly() {
        assertEquals(CallRule.ALLOW, run(SyscallNumber.OPENAT, -100, 1, 0x80000));
        for (final int flags : new int[] {1, 2, O_CREAT, 0x200, 0x41_0000 | 0x40_0000, 0x80000 | 2}) {
            assertEquals(CallRule.TRAP, run(SyscallNumber.OPENAT, -100, 1, flags), "flags " + flags);
        }
    }

    @Test
    void shouldRemoveFilesInTheDirectoryOfTheApiSocketOnly() {
        assertEquals(CallRule.ALLOW, run(SyscallNumber.UNLINKAT, API_DIRECTORY));
        assertEquals(CallRule.TRAP, run(SyscallNumber.UNLINKAT, -100));
        final List<CallRule> without = AllowedCalls.rules(PID, List.of());
        final BpfMachine other = new BpfMachine(SeccompFilter.code(SyscallNumber.AUDIT_ARCH, without));
        assertEquals(CallRule.TRAP, other.run(SyscallNumber.AUDIT_ARCH, SyscallNumber.UNLINKAT, -1));
    }

    @Test
    void shouldSignalOurselvesOnly() {
        assertEquals(CallRule.ALLOW, run(SyscallNumber.TGKILL, PID, 1, 15));
        assertEquals(CallRule.TRAP, run(SyscallNumber.TGKILL, PID + 1, 1, 15));
    }

    @Test
    void shouldMapCodeWithoutAFileOnly() {
        assertEquals(CallRule.ALLOW, run(SyscallNumber.MMAP, 0, 4096, 1, 2, 5));
        assertEquals(CallRule.ALLOW, run(SyscallNumber.MMAP, 0, 4096, 7, 0x22, -1));
        assertEquals(CallRule.TRAP, run(SyscallNumber.MMAP, 0, 4096, 5, 2, 5));
    }

    @Test
    void shouldAnswerWhatLibrariesTry() {
        assertEquals(CallRule.ALLOW, run(SyscallNumber.PRCTL, 15));
        assertEquals(EPERM, run(SyscallNumber.PRCTL, 4));
        assertEquals(CallRule.ALLOW, run(SyscallNumber.PRLIMIT64, 0, 7, 0));
        assertEquals(EPERM, run(SyscallNumber.PRLIMIT64, 0, 7, 64));
        assertEquals(EPERM, run(SyscallNumber.PRLIMIT64, 0, 7, OTHER_HALF));
        assertEquals(CallRule.ALLOW, run(SyscallNumber.IOCTL, 3, 0x400454d0));
        assertEquals(CallRule.TRAP, run(SyscallNumber.IOCTL, 3, 0x400454ca));
        assertEquals(CallRule.TRAP, run(SyscallNumber.FCNTL, 3, 8));
    }

    @Test
    void shouldNotHaveTwoRulesForOneCall() {
        final List<CallRule> twice = List.of(CallRule.always(SyscallNumber.READ), CallRule.always(SyscallNumber.READ));
        assertThrows(IllegalArgumentException.class, () -> SeccompFilter.code(SyscallNumber.AUDIT_ARCH, twice));
    }

    private int run(final int number, final long... arguments) {
        return filter.run(SyscallNumber.AUDIT_ARCH, number, arguments);
    }
}
