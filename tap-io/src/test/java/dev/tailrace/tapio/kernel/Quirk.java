package dev.tailrace.tapio.kernel;

/// Where the reference does not do what ours must.
enum Quirk {
    /// Tells the guest nothing when a router says that the destination cannot be reached: the client waits in vain.
    DEAF_TO_ROUTERS,
    /// Ends the stream to the server where the guest has reset the connection.
    RESET_BECOMES_END,
    /// Answers an echo request that has no hop left.
    IGNORES_HOPS_OF_ECHO,
    /// Loses some of many connections that are made to a published port at once.
    LOSES_BURSTS,
    /// Ends some of many connections early when all of them carry much: 215,915 of 262,144 bytes came of one of 200.
    CUTS_STREAMS,
    /// Leaves its guest's connections hanging when it is ended.
    FORGETS_GUEST_AT_EXIT,
    /// Carries less in the time of a test.
    SLOW
}
