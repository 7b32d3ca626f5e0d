package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.sandbox.SandboxOptions;
import org.jspecify.annotations.Nullable;

/// What the command line asks for, checked.
///
/// @param target where the guest is
/// @param usernsPath the user namespace to enter before, or null for none
/// @param configure whether to bring up the loopback and the device, with address and default route
/// @param exitFd descriptor whose hang-up ends us, or -1
/// @param readyFd descriptor that is told when we are ready, or -1
/// @param apiSocket path of the API socket, or null for none
/// @param network the addresses the guest sees; its `guestMac` is that of `--macaddress`, or 0
/// @param outboundAddress IPv4 address that outgoing connections come from, as a number in network order, or 0 for any
/// @param outboundAddress6 IPv6 address that outgoing connections come from, or null for any
/// @param sandbox what of the machine is taken away from us once we are ready
/// @param loops how many threads carry traffic, each with a queue of the TAP
/// @param observe log and captures
public record SlirpOptions(
        SlirpTarget target,
        @Nullable String usernsPath,
        boolean configure,
        int exitFd,
        int readyFd,
        @Nullable String apiSocket,
        VirtualNetwork network,
        int outboundAddress,
        @Nullable IpLiteral outboundAddress6,
        SandboxOptions sandbox,
        int loops,
        ObserveOptions observe) {
    /// Path of the target's network namespace.
    ///
    /// @throws IllegalStateException when the target is none
    public String netnsPath() {
        return namespace().netnsPath();
    }

    /// Name of the device in the target's network namespace.
    ///
    /// @throws IllegalStateException when the target is none
    public String tapName() {
        return namespace().tapName();
    }

    private SlirpTarget.Namespace namespace() {
        if (target instanceof final SlirpTarget.Namespace namespace) {
            return namespace;
        }
        throw new IllegalStateException(target + " is no namespace");
    }
}
