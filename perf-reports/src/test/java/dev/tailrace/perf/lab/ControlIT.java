package dev.tailrace.perf.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jnr.constants.platform.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Process control by programs of their own, as signals and the first process of a namespace concern a whole JVM.
@Timeout(60)
final class ControlIT {
    private static final Duration ALLOWED = Duration.ofSeconds(20);

    /// Says how often it was told to stop, and ends by itself.
    static final class Stopped {
        private Stopped() {}

        public static void main(final String[] arguments) throws InterruptedException {
            final CountDownLatch told = new CountDownLatch(1);
            try (StopSignal stop = StopSignal.install()) {
                stop.onRaise(told::countDown);
                System.out.println("ready");
                told.await();
                System.out.println("told " + stop.isRaised());
                stop.onRaise(() -> System.out.println("told late"));
                if (arguments.length > 0) {
                    new CountDownLatch(1).await();
                }
            }
        }
    }

    private static PosixProcess stopped(final String preparation, final String... arguments) {
        final List<String> command = new ArrayList<>(List.of("sh", "-c", preparation + " exec \"$@\"", "sh"));
        command.addAll(OwnJvm.command(Stopped.class, arguments));
        final PosixProcess process = Programs.start(new ProcessBuilder(command).redirectErrorStream(true));
        Namespace.awaitLine(process, "ready", "starting a program to stop");
        return process;
    }

    @Test
    void shouldBeToldAndEndByItself() {
        for (final Signal signal : List.of(Signal.SIGINT, Signal.SIGTERM, Signal.SIGHUP)) {
            final PosixProcess process = stopped("");
            Posix.send(process.pid(), signal);
            final Programs.Ending ending = await(process);
            assertEquals("told true\ntold late", ending.text());
            assertEquals(130, ending.status());
        }
    }

    @Test
    void shouldBeToldThoughSignalsWereIgnoredAtItsStart() {
        final PosixProcess process = stopped("trap '' INT TERM HUP;");
        Posix.send(process.pid(), Signal.SIGINT);
        assertEquals("told true\ntold late", await(process).text());
    }

    @Test
    void shouldEndAtOnceAtTheSecondInterrupt() {
        final PosixProcess process = stopped("", "hang");
        Posix.send(process.pid(), Signal.SIGTERM);
        Namespace.awaitLine(process, "told late", "telling it to stop");
        Posix.send(process.pid(), Signal.SIGTERM);
        assertTrue(process.isAlive());
        Posix.send(process.pid(), Signal.SIGINT);
        assertEquals(130, await(process).status());
    }

    private static Programs.Ending await(final PosixProcess process) {
        final Programs.Ending ending = Programs.await(process, "a stopped program", ALLOWED);
        // What was read with the line before it is in the reader.
        final String rest = process.inputReader().lines().reduce("", (a, b) -> a + b + "\n");
        return new Programs.Ending(ending.status(), (rest + ending.text()).strip());
    }

    /// As process 1: an orphan comes to it, ends, and is taken; its own child is not.
    static final class First {
        private First() {}

        public static void main(final String[] arguments) throws IOException, InterruptedException {
            final PosixProcess own = Programs.start(new ProcessBuilder("sh", "-c", "exec sleep 60"));
            final String orphan = Programs.run("sh", "-c", "sleep 60 >/dev/null 2>&1 </dev/null & echo $!");
            final int pid = Integer.parseInt(orphan);
            Posix.send(pid, Signal.SIGKILL);
            while (ProcessTable.read().stream().noneMatch(each -> each.pid() == pid && each.isZombie())) {
                Thread.onSpinWait();
            }
            System.out.println("reaped " + Orphans.reap());
            System.out.println("left " + Orphans.reap());
            own.destroyForcibly();
            System.out.println("own " + own.waitFor());
            System.out.println(ProcessTable.read().size() + " process");
        }
    }

    @Test
    void shouldTakeOrphansAndNoneOfItsOwn() {
        final List<String> command = new ArrayList<>(
                List.of("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"));
        command.addAll(OwnJvm.command(First.class));
        assertEquals("reaped 1\nleft 0\nown 137\n1 process", Programs.run(command, ALLOWED));
    }
}
