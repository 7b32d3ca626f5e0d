package dev.tailrace.netstack.link;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/// An Ethernet device whose frames carry a 10-byte `struct virtio_net_hdr` (linux/virtio_net.h) in front.
///
/// ```
///  0                 10                24
///  +-----------------+-----------------+----------------------------
///  | virtio_net_hdr  | Ethernet header | IPv4 / IPv6 / ARP ...
///  +-----------------+-----------------+----------------------------
/// ```
///
/// Ten bytes keep the IPv4 header 4-byte aligned in an aligned buffer.
public interface LinkDevice {
    /// Length of the header in front of each frame.
    int VNET_HEADER_LENGTH = 10;

    /// Longest read: vnet header, Ethernet header with one VLAN tag, and a 65,535-byte packet, rounded up to 64.
    int MAX_FRAME_LENGTH = 65_600;

    /// No frame waits.
    int DRAINED = 0;

    /// The device is gone.
    int CLOSED = -1;

    /// A frame was there that is somebody else's, and has been given to them.
    int PASSED_ON = -2;

    /// Reads one frame. A length above [#MAX_FRAME_LENGTH] is that of one which was too long and is lost.
    ///
    /// @param capacity at least [#MAX_FRAME_LENGTH]: a shorter buffer would truncate silently
    /// @return its length with the vnet header, [#DRAINED], [#CLOSED] or [#PASSED_ON]
    int receive(MutableDirectBuffer buffer, int offset, int capacity);

    /// Writes one frame gathered from its headers and up to two slices of payload (a ring that wraps has two).
    ///
    /// @param headers vnet header, Ethernet, IP and transport headers
    /// @param payload holds both slices; ignored when both lengths are 0
    /// @return whether the device took it; a refusal is a lost frame, as on any Ethernet
    boolean transmit(
            DirectBuffer headers,
            int headersOffset,
            int headersLength,
            DirectBuffer payload,
            int firstOffset,
            int firstLength,
            int secondOffset,
            int secondLength);

    /// Whether frames wait for room on the other side. More are taken, as long as there is memory for them, but payload
    /// that can wait had better: nothing is lost then.
    default boolean isBusy() {
        return false;
    }

    /// Sends on frames that wait, as far as there is room now.
    default void drain() {}

    /// Gives a frame that was received to whoever else reads the same device, since its connection is nobody's here.
    /// The frame is copied.
    ///
    /// @param headers vnet and Ethernet header
    /// @param packet holds what follows them
    /// @return false if there is nobody else, or all of them have had it: then it is to be answered here
    default boolean passOn(
            final DirectBuffer headers,
            final int headersOffset,
            final int headersLength,
            final DirectBuffer packet,
            final int offset,
            final int length) {
        return false;
    }

    /// Whether the device takes UDP segmentation offload (`TUN_F_USO4 | TUN_F_USO6`).
    boolean udpSegmentation();
}
