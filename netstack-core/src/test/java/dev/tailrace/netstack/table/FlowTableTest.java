package dev.tailrace.netstack.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowTableTest {
    private static final class Flow extends FlowTable.Entry {
        Flow(final long hi, final long lo, final int number) {
            super(hi, lo, number);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 64})
    void shouldBehaveLikeAMapInOrderOfUse(final int limit) {
        for (long seed = 1; seed <= 20; seed++) {
            final Random random = new Random(seed);
            final FlowTable<Flow> table = new FlowTable<>(limit, new KeyedHash(seed, ~seed));
            final Map<Integer, Flow> model = new LinkedHashMap<>();
            for (int step = 0; step < 3000; step++) {
                step(random, limit, table, model, "seed " + seed + ", step " + step);
            }
        }
    }

    private static void step(
            final Random random,
            final int limit,
            final FlowTable<Flow> table,
            final Map<Integer, Flow> model,
            final String where) {
        final int key = random.nextInt(limit * 2);
        final Flow known = model.get(key);
        assertSame(known, table.get(key & 1, key >> 1, key), where);
        if (known == null) {
            if (table.isFull()) {
                final Flow oldest = table.oldest();
                assertSame(model.values().iterator().next(), oldest, where);
                assertTrue(oldest != null && table.remove(oldest), where);
                assertFalse(table.remove(oldest), where);
                model.remove(oldest.number());
            }
            final Flow flow = new Flow(key & 1, key >> 1, key);
            table.add(flow);
            model.put(key, flow);
        } else if (random.nextBoolean()) {
            table.touch(known);
            model.remove(key);
            model.put(key, known);
        } else {
            assertTrue(table.remove(known), where);
            model.remove(key);
        }
        assertEquals(model.size(), table.size(), where);
        assertEquals(model.size() == limit, table.isFull(), where);
    }

    @Test
    void shouldTellKeysApartByEachPart() {
        final FlowTable<Flow> table = new FlowTable<>(8, new KeyedHash(1, 2));
        table.add(new Flow(1, 2, 3));
        assertNull(table.get(0, 2, 3));
        assertNull(table.get(1, 0, 3));
        assertNull(table.get(1, 2, 0));
        assertNull(table.get(1, 2, 3 | 1 << 16));
    }

    @Test
    void shouldRefuseMoreThanItsLimit() {
        final FlowTable<Flow> table = new FlowTable<>(1, new KeyedHash(1, 2));
        assertNull(table.oldest());
        final Flow flow = new Flow(1, 2, 3);
        table.add(flow);
        assertThrows(IllegalStateException.class, () -> table.add(new Flow(4, 5, 6)));
        table.remove(flow);
        assertNull(table.oldest());
        assertThrows(IllegalArgumentException.class, () -> new FlowTable<Flow>(0, new KeyedHash(1, 2)));
    }
}
