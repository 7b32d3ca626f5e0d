package dev.tailrace.netstack.stack;

import dev.tailrace.netstack.status.Counters;

/// What a stack has counted and holds at one moment. Made by the stack's thread, then for any.
///
/// @param counters a copy
/// @param tcpStates TCP flows by the ordinal of their [dev.tailrace.netstack.tcp.TcpState]
/// @param slabUsedBytes of payload memory
public record StackTotals(
        Counters counters,
        int tcpFlows,
        int[] tcpStates,
        int udpFlows,
        int echoFlows,
        long slabUsedBytes,
        long slabCapacityBytes) {
    /// Of one stack, now.
    public static StackTotals of(final NetworkStack stack) {
        final Counters counters = new Counters();
        counters.add(stack.counters());
        return new StackTotals(
                counters,
                stack.tcpFlowCount(),
                stack.tcpFlowsByState(),
                stack.udpFlowCount(),
                stack.echoFlowCount(),
                stack.slabUsedBytes(),
                stack.slabCapacityBytes());
    }

    /// Of both together.
    public StackTotals plus(final StackTotals other) {
        final Counters sum = new Counters();
        sum.add(counters);
        sum.add(other.counters);
        final int[] states = tcpStates.clone();
        for (int state = 0; state < states.length; state++) {
            states[state] += other.tcpStates[state];
        }
        return new StackTotals(
                sum,
                tcpFlows + other.tcpFlows,
                states,
                udpFlows + other.udpFlows,
                echoFlows + other.echoFlows,
                slabUsedBytes + other.slabUsedBytes,
                slabCapacityBytes + other.slabCapacityBytes);
    }
}
