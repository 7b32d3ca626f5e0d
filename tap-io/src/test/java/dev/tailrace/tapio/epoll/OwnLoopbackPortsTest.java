package dev.tailrace.tapio.epoll;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OwnLoopbackPortsTest {
    private final AtomicLong nowNs = new AtomicLong(-5);
    private final OwnLoopbackPorts ports = new OwnLoopbackPorts(nowNs::get);

    @Test
    void shouldNotKnowOthers() {
        ports.open(1000);
        assertTrue(ports.has(1000));
        assertFalse(ports.has(999));
        assertFalse(ports.has(65_535));
    }

    /// The connection may wait to be accepted.
    @Test
    void shouldRememberAPortForAWhile() {
        ports.open(65_535);
        nowNs.addAndGet(TimeUnit.DAYS.toNanos(400));
        assertTrue(ports.has(65_535));
        ports.close(65_535);
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(119));
        assertTrue(ports.has(65_535));
        nowNs.addAndGet(TimeUnit.SECONDS.toNanos(2));
        assertFalse(ports.has(65_535));
    }

    @Test
    void shouldKnowAPortThatIsUsedAgain() {
        ports.open(1);
        ports.close(1);
        ports.open(1);
        nowNs.addAndGet(TimeUnit.HOURS.toNanos(1));
        assertTrue(ports.has(1));
    }
}
