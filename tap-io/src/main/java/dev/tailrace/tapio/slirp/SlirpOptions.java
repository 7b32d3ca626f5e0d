package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.ip.VirtualNetwork;
import org.jspecify.annotations.Nullable;

/// What the command line asks for, checked.
///
/// @param netnsPath the target's network namespace, such as `/proc/PID/ns/net`
/// @param usernsPath the user namespace to enter before, or null for none
/// @param tapName the device's name as given; the kernel takes 15 bytes
/// @param configure whether to bring up the loopback and the device, with address and default route
/// @param exitFd descriptor whose hang-up ends us, or -1
/// @param readyFd descriptor that is told when we are ready, or -1
/// @param apiSocket path of the API socket, or null for none
/// @param network the addresses the guest sees; its `guestMac` is that of `--macaddress`, or 0
/// @param outboundAddress IPv4 address that outgoing connections come from, as a number in network order, or 0 for any
/// @param observe log and captures
public record SlirpOptions(
        String netnsPath,
        @Nullable String usernsPath,
        String tapName,
        boolean configure,
        int exitFd,
        int readyFd,
        @Nullable String apiSocket,
        VirtualNetwork network,
        int outboundAddress,
        ObserveOptions observe) {}
