package dev.tailrace.netstack.dns;

import dev.tailrace.netstack.host.HostResolver;
import dev.tailrace.netstack.status.Counter;
import dev.tailrace.netstack.status.Counters;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import java.util.List;
import org.agrona.DirectBuffer;

/// The virtual network's name server: answers for the names that the network knows itself, and stands for the host's
/// first resolver for all others, looked up anew for each query.
public final class NameServer {
    /// The port of name servers (RFC 1035 section 4.2).
    public static final int PORT = 53;

    /// What [#answer] says of a query that is the host's resolver's.
    public static final int FORWARD = -1;

    private static final LocalNames.Records NOTHING = new LocalNames.Records(List.of(), List.of());

    private final HostResolver resolver;
    private final LocalNames names;
    private final Counters counters;
    private final NameQuestion question = new NameQuestion();
    private final NameAnswer answer = new NameAnswer();
    private long addressHi;
    private long addressLo;

    /// @param resolver the host's resolver configuration
    public NameServer(final HostResolver resolver, final Counters counters) {
        this(resolver, LocalNames.NONE, counters);
    }

    /// @param resolver the host's resolver configuration
    /// @param names that are answered here
    public NameServer(final HostResolver resolver, final LocalNames names, final Counters counters) {
        this.resolver = resolver;
        this.names = names;
        this.counters = counters;
    }

    /// Whether any query may be answered here.
    public boolean hasNames() {
        return names != LocalNames.NONE;
    }

    /// Whether a guest may ask the host's resolver.
    public boolean isForwarded(final long clientHi, final long clientLo) {
        return names.isForwarded(clientHi, clientLo);
    }

    /// Answers a query for a name that is known here, or refuses one that must not go further.
    ///
    /// @param clientHi address of the guest that asks
    /// @return the length of the answer in [#answer()], 0 for none at all, or [#FORWARD]
    public int answer(
            final DirectBuffer query,
            final int offset,
            final int lengthBytes,
            final long clientHi,
            final long clientLo) {
        final boolean isQuestion = question.read(query, offset, lengthBytes);
        final LocalNames.Records records = isQuestion ? names.find(clientHi, clientLo, question.name()) : null;
        if (records == null && names.isForwarded(clientHi, clientLo)) {
            return FORWARD;
        }
        counters.increment(Counter.DNS_QUERIES);
        if (records != null) {
            counters.increment(Counter.DNS_LOCAL_ANSWERS);
            return answer.write(query, offset, question, NameAnswer.NO_ERROR, records);
        }
        counters.increment(Counter.DNS_REFUSED);
        return isQuestion ? answer.write(query, offset, question, NameAnswer.SERVER_FAILURE, NOTHING) : 0;
    }

    /// The answer that [#answer] wrote, from 0; valid until the next one.
    public DirectBuffer answer() {
        return answer.buffer();
    }

    /// Counts a query and refreshes the resolver's address for it.
    ///
    /// @param clientHi address of the guest that asks; the resolver may be of the other family all the same
    /// @return whether there is a resolver; if not, the query is counted as dropped
    public boolean onQuery(final long clientHi, final long clientLo, final long nowNs) {
        counters.increment(Counter.DNS_QUERIES);
        final IpLiteral own = names.resolver(clientHi, clientLo);
        if (own != null) {
            addressHi = own.hi();
            addressLo = own.lo();
            return true;
        }
        if (resolver.refresh(!IpAddress.isIpv4(clientHi, clientLo), nowNs)) {
            addressHi = resolver.addressHi();
            addressLo = resolver.addressLo();
            return true;
        }
        counters.increment(Counter.DROP_DNS_NO_RESOLVER);
        return false;
    }

    /// Upper half of the resolver's address; valid after [#onQuery] answered true.
    public long addressHi() {
        return addressHi;
    }

    /// Lower half of the resolver's address; valid after [#onQuery] answered true.
    public long addressLo() {
        return addressLo;
    }
}
