package dev.tailrace.tapio.epoll;

/// Hears that something happened to a descriptor.
@FunctionalInterface
public interface ReadyHandler {
    /// @param events what the kernel reports: [EpollLoop#IN], [EpollLoop#OUT], [EpollLoop#ERR], [EpollLoop#HUP],
    ///     [EpollLoop#RDHUP] in any combination
    void onReady(int events);
}
