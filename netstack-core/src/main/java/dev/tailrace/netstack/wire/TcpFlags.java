package dev.tailrace.netstack.wire;

/// Control bits of a TCP header (RFC 9293 section 3.1), as [TcpFlyweight#flags] gives them.
public final class TcpFlags {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int PSH = 0x08;
    public static final int ACK = 0x10;
    public static final int URG = 0x20;
    public static final int ECE = 0x40;
    public static final int CWR = 0x80;

    private static final String LETTERS = "FSRP.UEW";

    private TcpFlags() {}

    /// The set flags as letters, as tcpdump writes them: `S.` is SYN and ACK.
    public static String format(final int flags) {
        final StringBuilder text = new StringBuilder(LETTERS.length());
        for (int bit = 0; bit < LETTERS.length(); bit++) {
            if ((flags & 1 << bit) != 0) {
                text.append(LETTERS.charAt(bit));
            }
        }
        return text.isEmpty() ? "none" : text.toString();
    }
}
