package dev.tailrace.netstack.ip;

/// Who is at the other end of the link, which decides how addresses are laid out and who may be meant by a frame.
public enum LinkKind {
    /// One guest, which has to be told its address: gateway +2, name server +3, DHCP and router advertisements. What
    /// it sends is for us, whatever Ethernet address it is sent to.
    ONE_GUEST,

    /// A bridge with many guests, which somebody else gives their addresses: gateway +1, name server at the highest
    /// host address, no DHCP and no advertisements. Frames between guests come by and are none of our business.
    BRIDGE
}
