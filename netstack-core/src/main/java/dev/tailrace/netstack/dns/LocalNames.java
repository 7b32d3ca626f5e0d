package dev.tailrace.netstack.dns;

import dev.tailrace.netstack.wire.IpLiteral;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Names that the virtual network knows by itself, for each of its guests. Asked on the stack's thread; does not wait.
public interface LocalNames {
    /// Every name is the host's resolver's.
    LocalNames NONE = new LocalNames() {
        @Override
        public @Nullable Records find(final long clientHi, final long clientLo, final String name) {
            return null;
        }

        @Override
        public boolean isForwarded(final long clientHi, final long clientLo) {
            return true;
        }
    };

    /// What a name stands for.
    ///
    /// @param addresses of either family; none of one means that the name has none
    /// @param names that an address has, for names such as `2.0.18.172.in-addr.arpa`: labels of 1 to 63 bytes
    record Records(List<IpLiteral> addresses, List<String> names) {
        public Records {
            addresses = List.copyOf(addresses);
            names = List.copyOf(names);
        }
    }

    /// @param clientHi address of the guest that asks
    /// @param name in lower case, without the dot at the end, its bytes as Latin-1
    /// @return null if it is not known here
    @Nullable
    Records find(long clientHi, long clientLo, String name);

    /// Whether a guest's queries for names that are not known here go to the host's resolver. If not, it is told that
    /// the server fails.
    boolean isForwarded(long clientHi, long clientLo);

    /// The resolver that a guest's other queries go to; null for the host's.
    default @Nullable IpLiteral resolver(final long clientHi, final long clientLo) {
        return null;
    }
}
