package dev.tailrace.tapio.epoll;

import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoOps;
import java.lang.reflect.Field;

/// Completes Netty's table of event objects.
///
/// Netty hands each event on as an object. It keeps a table of them by bit mask, but fills in only six masks; for every
/// other one, such as IN and OUT together, which is what a connected socket reports with each arrival, it makes two
/// objects per event. There is no public way to fill the table. The version is pinned in the parent POM and a test
/// counts the bytes.
final class CachedEvents {
    private static final int[] BITS = {
        EpollLoop.IN, EpollLoop.PRI, EpollLoop.OUT, EpollLoop.ERR, EpollLoop.HUP, EpollLoop.RDHUP
    };

    private CachedEvents() {}

    /// Fills every free place whose mask consists of the bits that epoll reports. Idempotent.
    static void complete() {
        final EpollIoEvent[] table = table();
        for (int combination = 1; combination < 1 << BITS.length; combination++) {
            int mask = 0;
            for (int bit = 0; bit < BITS.length; bit++) {
                mask |= (combination >> bit & 1) == 0 ? 0 : BITS[bit];
            }
            // The table ends below RDHUP and HUP together, which comes at most once in a connection's life.
            if (mask < table.length && table[mask] == null) {
                table[mask] = new Event(EpollIoOps.valueOf(mask));
            }
        }
    }

    private static EpollIoEvent[] table() {
        try {
            final Field field = EpollIoOps.class.getDeclaredField("EVENTS");
            field.setAccessible(true);
            return (EpollIoEvent[]) field.get(null);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Netty has no table of events: use the pinned one", e);
        }
    }

    private record Event(EpollIoOps ops) implements EpollIoEvent {}
}
