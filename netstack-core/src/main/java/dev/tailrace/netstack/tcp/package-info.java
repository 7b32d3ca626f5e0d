/// TCP between a guest on the link and a socket of the host: translated, not terminated.
///
/// Theory of operation. A [TcpFlow] mirrors two kernels: towards the guest it keeps the sequence numbers of RFC 9293,
/// towards the host a non-blocking stream. Nothing is acknowledged that the host socket (or a bounded backlog) has not
/// taken, nothing is advertised that could not be kept, and each end's way of ending becomes the other's.
///
/// - [TcpForwarder] finds or makes the flow of a segment: a SYN of the guest starts a connection of the host, and is
///   answered only when that has succeeded; a connection accepted by the host starts a SYN to the guest.
/// - [TcpSegmentProcessor] checks a segment by RFC 9293 section 3.10.7.4 and RFC 5961 and moves the state.
/// - [TcpReceiver] takes payload from guest to host: one send from the frame itself; what the socket does not take is
///   kept in the backlog ring and the advertised window shrinks by it. The right edge never moves left.
/// - [TcpReassembler] keeps what comes behind a gap, in the same ring at its place, and tells of it by SACK (RFC 2018).
///   The ranges are in an [OutOfOrderQueue], which a flow has only while there is a gap.
/// - [TcpSender] takes payload from host to guest: received into the flow's ring, sent from there as super-segments of
///   up to 64 KiB that the kernel cuts (GSO), kept until acknowledged, sent again by RFC 6298 timer or after three
///   duplicate acknowledgements. There is no congestion control: the link loses only what overflows a queue.
/// - [TcpRecovery] sends again what the guest's SACK blocks, kept on a [Scoreboard], show to be lost (RFC 6675).
/// - [TcpSegmentWriter] lays down headers; [TcpTimeouts] acts on deadlines; [TcpCloser] ends flows.
///
/// Host events are only noted ([TcpFlow#onReady]) and the flow put on the attention queue; the duty cycle then serves
/// that queue with the time as an argument, and acknowledges what is due. All of it is owned by the stack's thread.
@NullMarked
package dev.tailrace.netstack.tcp;

import org.jspecify.annotations.NullMarked;
