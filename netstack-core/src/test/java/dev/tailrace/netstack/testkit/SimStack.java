package dev.tailrace.netstack.testkit;

/// What a [SimWorld] drives: the stack's duty cycle, or another end in the testkit's own tests.
public interface SimStack {
    /// One duty cycle.
    ///
    /// @return whether there is more to do at once
    boolean doWork(long nowNs);

    /// When [#doWork] is due without an event, or `Long.MAX_VALUE`.
    long nextDeadlineNs();

    /// Counters and flows, for the text of a failure.
    String describe();
}
