package dev.tailrace.netstack.tcp;

import org.jspecify.annotations.Nullable;

/// Flows that the next duty cycle must look at, first come first served, each at most once.
final class AttentionQueue {
    private @Nullable TcpFlow first;
    private @Nullable TcpFlow last;
    private int size;

    void add(final TcpFlow flow) {
        if (flow.isAttentionQueued) {
            return;
        }
        flow.isAttentionQueued = true;
        flow.nextAttention = null;
        final TcpFlow tail = last;
        if (tail == null) {
            first = flow;
        } else {
            tail.nextAttention = flow;
        }
        last = flow;
        size++;
    }

    @Nullable
    TcpFlow poll() {
        final TcpFlow flow = first;
        if (flow != null) {
            first = flow.nextAttention;
            if (first == null) {
                last = null;
            }
            flow.nextAttention = null;
            flow.isAttentionQueued = false;
            size--;
        }
        return flow;
    }

    int size() {
        return size;
    }
}
