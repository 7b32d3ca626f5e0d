package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class NettyLogTest {
    @BeforeAll
    static void install() {
        NettyLog.install();
    }

    @Test
    void shouldSayWarningsAndErrorsInOneLine() {
        final String text = outputOf("io.netty.channel.Any", logger -> {
            logger.warn("cannot wait", new IOException("no descriptor"));
            logger.error("{} of {} failed", 1, 2);
            logger.error("failed");
        });
        assertEquals("""
                netty: cannot wait (java.io.IOException: no descriptor)
                netty: {} of {} failed (1, 2)
                netty: failed
                """, text);
    }

    @Test
    void shouldSayNothingOfWhatIsNotWrong() {
        final String text = outputOf("io.netty.channel.Any", logger -> {
            logger.info("started");
            logger.debug("found {}", 1);
        });
        assertEquals("", text);
    }

    /// Netty enumerates the interfaces at start and warns, with stack traces, in a network namespace that has none up.
    @Test
    void shouldSayNothingOfInterfacesThatAreNotThere() {
        assertEquals("", outputOf("io.netty.util.NetUtilInitializations", logger -> logger.warn("no interfaces")));
    }

    private static String outputOf(final String name, final Consumer<InternalLogger> use) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final PrintStream before = System.err;
        System.setErr(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            use.accept(InternalLoggerFactory.getInstance(name));
        } finally {
            System.setErr(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
