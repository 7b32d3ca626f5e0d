package dev.tailrace.bench.tcp;

import dev.tailrace.bench.BenchmarkDefaults;
import dev.tailrace.bench.stack.GuestFrames;
import dev.tailrace.bench.stack.StackUnderTest;
import dev.tailrace.netstack.wire.TcpFlags;
import dev.tailrace.netstack.wire.TcpFlyweight;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Acknowledgements without payload in a second, each of another of many connections: mostly, finding the flow.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class TcpFlowsBenchmark extends BenchmarkDefaults {
    private static final int FRAMES = 16;
    private static final int MAX_FLOWS = 1 << 17;
    private static final int PORTS = 20_000;
    private static final int FIRST_GUEST_PORT = 1_024;
    private static final int SERVER_PORT = 80;

    /// Flows are taken in steps of this prime, so that neighbours in time are not neighbours in memory.
    private static final int STRIDE = 7_919;

    /// Room for a frame without payload.
    private static final int SLOT = 64;

    private static final int PORT_OFFSET = GuestFrames.TRANSPORT_OFFSET + TcpFlyweight.SOURCE_PORT_OFFSET;
    private static final int SEQUENCE_OFFSET = GuestFrames.TRANSPORT_OFFSET + TcpFlyweight.SEQUENCE_OFFSET;

    /// Connections established.
    @Param({"10", "1000", "100000"})
    int flows;

    private UnsafeBuffer[] acknowledgements = {};
    private final StackUnderTest stack = new StackUnderTest(this::onFrame, MAX_FLOWS);
    private int stackIss;
    private int step;
    private int next;

    /// Goes through a handshake for each connection.
    @Setup
    public void connectAll() {
        step = STRIDE % flows;
        acknowledgements = new UnsafeBuffer[flows];
        final UnsafeBuffer memory = new UnsafeBuffer(BufferUtil.allocateDirectAligned(flows * SLOT, SLOT));
        UnsafeBuffer syn = memory;
        UnsafeBuffer acknowledgement = memory;
        for (int flow = 0; flow < flows; flow++) {
            if (flow % PORTS == 0) {
                syn = frame(GuestFrames.SERVER + flow / PORTS, TcpFlags.SYN);
                acknowledgement = frame(GuestFrames.SERVER + flow / PORTS, TcpFlags.ACK);
            }
            syn.putShort(PORT_OFFSET, (short) (FIRST_GUEST_PORT + flow % PORTS), ByteOrder.BIG_ENDIAN);
            send(syn);
            stack.host().stream().connected();
            stack.work();
            acknowledgement.putShort(PORT_OFFSET, (short) (FIRST_GUEST_PORT + flow % PORTS), ByteOrder.BIG_ENDIAN);
            acknowledgement.putInt(SEQUENCE_OFFSET, 1, ByteOrder.BIG_ENDIAN);
            acknowledgement.putInt(SEQUENCE_OFFSET + Integer.BYTES, stackIss + 1, ByteOrder.BIG_ENDIAN);
            send(acknowledgement);
            acknowledgements[flow] = new UnsafeBuffer(memory, flow * SLOT, acknowledgement.capacity());
            acknowledgements[flow].putBytes(0, acknowledgement, 0, acknowledgement.capacity());
        }
        if (stack.tcpFlowCount() != flows) {
            throw new IllegalStateException(stack.tcpFlowCount() + " flows instead of " + flows);
        }
    }

    /// Frames that wait together.
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long acknowledge() {
        for (int frame = 0; frame < FRAMES; frame++) {
            stack.link().add(acknowledgements[next]);
            next += step;
            if (next >= flows) {
                next -= flows;
            }
        }
        stack.work();
        return stack.link().transmitted();
    }

    private void send(final UnsafeBuffer frame) {
        stack.link().add(frame);
        stack.work();
    }

    private static UnsafeBuffer frame(final int server, final int flags) {
        return GuestFrames.tcp(server, SERVER_PORT, 0, flags, 0);
    }

    private void onFrame(final DirectBuffer headers, final int offset, final int payloadBytes) {
        stackIss = headers.getInt(offset + SEQUENCE_OFFSET, ByteOrder.BIG_ENDIAN);
    }
}
