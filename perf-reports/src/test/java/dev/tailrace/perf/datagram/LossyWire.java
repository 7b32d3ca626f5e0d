package dev.tailrace.perf.datagram;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;

/// One of two ends in memory, which drops what it is told to. Time goes on when somebody waits, and while data is sent.
final class LossyWire implements Wire {
    static final int TOKEN = 7;
    static final int DATAGRAM_BYTES = 100;
    static final int BATCH = 3;

    private static final long WAIT_NS = 100_000_000L;

    private final long[] nowNs;
    private final Deque<byte[]> in = new ArrayDeque<>();
    private Deque<byte[]> out = new ArrayDeque<>();
    private Predicate<Message.Kind> loses = kind -> false;
    private Runnable meanwhile = () -> {};
    private ByteBuffer received = ByteBuffer.allocate(0);
    private int token = TOKEN;
    private int segmentBytes;

    private LossyWire(final long[] nowNs) {
        this.nowNs = nowNs;
    }

    /// Two ends that are connected, with one time.
    static LossyWire[] pair() {
        final long[] nowNs = new long[1];
        final LossyWire[] ends = {new LossyWire(nowNs), new LossyWire(nowNs)};
        ends[0].out = ends[1].in;
        ends[1].out = ends[0].in;
        return ends;
    }

    long nanoTime() {
        return nowNs[0];
    }

    /// Asked for each datagram that is sent.
    void loses(final Predicate<Message.Kind> which) {
        loses = which;
    }

    /// What the other end does when this one waits and nothing is there.
    void meanwhile(final Runnable other) {
        meanwhile = other;
    }

    /// As one of another pair of programs.
    void pretend(final int other) {
        token = other;
    }

    @Override
    public void sendBatch() {
        nowNs[0] += WAIT_NS / 10;
        for (int k = 0; k < BATCH; k++) {
            final ByteBuffer datagram = ByteBuffer.allocate(DATAGRAM_BYTES);
            datagram.putLong(0, Message.header(Message.Kind.DATA, token));
            put(Message.Kind.DATA, datagram);
        }
    }

    @Override
    public void send(final Message message) {
        final ByteBuffer datagram = ByteBuffer.allocate(Message.BYTES);
        message.write(datagram, token);
        put(message.kind(), datagram);
    }

    private void put(final Message.Kind kind, final ByteBuffer datagram) {
        if (!loses.test(kind)) {
            out.add(datagram.array());
        }
    }

    /// All that are of one length, as the kernel puts them together, and one that is shorter as the last.
    @Override
    public int receive() {
        if (in.isEmpty()) {
            meanwhile.run();
        }
        if (in.isEmpty()) {
            nowNs[0] += WAIT_NS;
            return 0;
        }
        final ByteBuffer together =
                ByteBuffer.allocate(in.stream().mapToInt(each -> each.length).sum());
        final int segment = in.getFirst().length;
        int last = segment;
        while (!in.isEmpty() && last == segment && in.getFirst().length <= segment) {
            last = in.getFirst().length;
            together.put(in.removeFirst());
        }
        received = together.flip();
        segmentBytes = segment;
        return together.limit();
    }

    @Override
    public int segmentBytes() {
        return segmentBytes;
    }

    @Override
    public ByteBuffer received() {
        return received;
    }

    @Override
    public int batchDatagrams() {
        return BATCH;
    }

    @Override
    public int datagramBytes() {
        return DATAGRAM_BYTES;
    }

    @Override
    public int token() {
        return token;
    }

    @Override
    public void close() {}
}
