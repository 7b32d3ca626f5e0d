package dev.tailrace.tapio.slirp;

import dev.tailrace.tapio.slirp.GnuOptions.Spec;
import java.util.ArrayList;
import java.util.List;

/// The options. Their order is that in which an ambiguous name lists its possibilities.
enum SlirpOption {
    CONFIGURE("configure", 'c', false),
    EXIT_FD("exit-fd", 'e', true),
    READY_FD("ready-fd", 'r', true),
    MTU("mtu", 'm', true),
    CIDR("cidr", '\0', true),
    CIDR6(new Spec("cidr6", '\0', true, true)),
    DISABLE_HOST_LOOPBACK("disable-host-loopback", '\0', false),
    NO_HOST_LOOPBACK("no-host-loopback", '\0', false),
    NETNS_TYPE("netns-type", '\0', true),
    USERNS_PATH("userns-path", '\0', true),
    API_SOCKET("api-socket", 'a', true),
    ENABLE_IPV6("enable-ipv6", '6', false),
    ENABLE_SANDBOX("enable-sandbox", '\0', false),
    CREATE_SANDBOX("create-sandbox", '\0', false),
    ENABLE_SECCOMP("enable-seccomp", '\0', false),
    HELP("help", 'h', false),
    VERSION("version", 'v', false),
    OUTBOUND_ADDR("outbound-addr", '\0', true),
    OUTBOUND_ADDR6("outbound-addr6", '\0', true),
    DISABLE_DNS("disable-dns", '\0', false),
    MACADDRESS("macaddress", '\0', true),
    TARGET_TYPE("target-type", '\0', true),
    LOOPS("loops", '\0', true),
    LOG_LEVEL("log-level", '\0', true),
    PCAP("pcap", '\0', true),
    PCAP_FILTER("pcap-filter", '\0', true),
    PCAP_SNAPLEN("pcap-snaplen", '\0', true),
    PCAP_MAX_BYTES("pcap-max-bytes", '\0', true);

    private static final SlirpOption[] ALL = values();

    private final Spec spec;

    SlirpOption(final String name, final char letter, final boolean takesArgument) {
        this.spec = new Spec(name, letter, takesArgument);
    }

    SlirpOption(final Spec spec) {
        this.spec = spec;
    }

    static SlirpOption at(final int index) {
        return ALL[index];
    }

    static List<Spec> specs() {
        final List<Spec> specs = new ArrayList<>(ALL.length);
        for (final SlirpOption option : ALL) {
            specs.add(option.spec);
        }
        return specs;
    }

    /// The long name with its dashes.
    String longName() {
        return "--" + spec.name();
    }
}
