package dev.tailrace.tapio.slirp.observe;

/// A reply that is worded piece by piece as its reader takes it, so that a long one neither holds up
/// the loop nor lies in memory as a whole. Used by one thread.
@FunctionalInterface
public interface ReplySource {
    /// Appends the next piece.
    ///
    /// @return whether there is another
    boolean appendTo(StringBuilder out);

    /// A reply in one piece.
    static ReplySource of(final String text) {
        return out -> {
            out.append(text);
            return false;
        };
    }
}
