package dev.tailrace.perf.lab;

/// The ports of the laboratory; each is the first of [#COUNT].
public final class PortPlan {
    /// As many as a cell can have streams.
    public static final int COUNT = 16;

    /// That servers listen on, on the host and in guests.
    public static final int SERVER = 5201;

    /// That the proxies listen on.
    public static final int COPY_PROXY = 5301;

    public static final int SPLICE_PROXY = 5401;

    /// That backends publish on the host, each at an address of its own.
    public static final int PUBLISHED = 15201;

    private PortPlan() {}
}
