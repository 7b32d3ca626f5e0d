package dev.tailrace.netstack.wire;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/// What a flyweight views before its first wrap.
final class EmptyBuffer {
    static final MutableDirectBuffer INSTANCE = new UnsafeBuffer(new byte[0]);

    private EmptyBuffer() {}
}
