package dev.tailrace.netstack.table;

/// SipHash-1-3 (Aumasson and Bernstein, 2012) over five longs, with a secret key: a guest that chooses addresses and
/// ports cannot choose collisions, nor guess sequence numbers made from it (RFC 6528).
public final class KeyedHash {
    private final long keyHi;
    private final long keyLo;

    /// @param keyHi half of a random secret
    /// @param keyLo the other half
    public KeyedHash(final long keyHi, final long keyLo) {
        this.keyHi = keyHi;
        this.keyLo = keyLo;
    }

    /// Hash of two addresses and a word (ports, protocol, purpose).
    public long hash(final long aHi, final long aLo, final long bHi, final long bLo, final long word) {
        long v0 = keyLo ^ 0x736f_6d65_7073_6575L;
        long v1 = keyHi ^ 0x646f_7261_6e64_6f6dL;
        long v2 = keyLo ^ 0x6c79_6765_6e65_7261L;
        long v3 = keyHi ^ 0x7465_6462_7974_6573L;
        for (int round = 0; round < 9; round++) {
            final long message = switch (round) {
                case 0 -> aHi;
                case 1 -> aLo;
                case 2 -> bHi;
                case 3 -> bLo;
                case 4 -> word;
                case 5 -> 40L << 56;
                default -> 0L;
            };
            if (round == 6) {
                v2 ^= 0xff;
            }
            v3 ^= message;
            v0 += v1;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v3;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 += v3;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 += v1;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= message;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }
}
