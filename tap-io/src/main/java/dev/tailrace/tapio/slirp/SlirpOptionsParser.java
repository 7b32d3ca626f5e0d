package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.ip.Ipv6Network;
import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.netstack.wire.IpLiteral;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.sandbox.SandboxOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the command line of `slirp4netns`, with its messages, streams and exit codes. Used once.
public final class SlirpOptionsParser {
    static final int MIN_MTU = 1;
    static final int MAX_MTU = 65_521;

    static final int MAX_LOOPS = 16;

    private static final int DEFAULT_MTU = 1500;
    private static final String DEFAULT_CIDR = "10.0.2.0/24";
    private static final int NONE = -1;

    /// The least that a link must carry for IPv6 (RFC 8200 section 5).
    private static final int IPV6_MIN_MTU = 1280;

    /// Length of `sun_path` in `struct sockaddr_un`; one byte of it is the NUL.
    private static final int MAX_API_PATH = 108;

    private static final int FAILURE = 1;

    private final HostProbe probe;
    private final StringBuilder warnings = new StringBuilder();
    private final ObserveOptionsReader observe = new ObserveOptionsReader();
    private boolean configure;
    private int exitFd = NONE;
    private int readyFd = NONE;
    private int mtu = DEFAULT_MTU;
    private String cidr = DEFAULT_CIDR;
    private boolean hostLoopback = true;
    private boolean dns = true;
    private int loops = 1;
    private boolean bess;
    private boolean ipv6;
    private @Nullable String cidr6;
    private boolean sandbox;
    private boolean seccomp;
    private @Nullable String netnsType;
    private @Nullable String usernsPath;
    private @Nullable String apiSocket;
    private @Nullable String outbound;
    private @Nullable String outbound6;
    private @Nullable String macAddress;

    SlirpOptionsParser(final HostProbe probe) {
        this.probe = probe;
    }

    /// Reads `args`; asks the machine for paths and interface addresses only where an option names one.
    public static ParseOutcome parse(final List<String> args) {
        return new SlirpOptionsParser(new LinuxHostProbe()).outcome(args);
    }

    ParseOutcome outcome(final List<String> args) {
        try {
            final GnuOptions options = new GnuOptions(Usage.PROGRAM, SlirpOption.specs(), args);
            for (int index = options.next(); index != GnuOptions.END; index = options.next()) {
                if (index == GnuOptions.ERROR) {
                    throw OptionException.withUsage(options.message());
                }
                switch (SlirpOption.at(index)) {
                    case HELP -> {
                        return new ParseOutcome.Exit(warnings + Usage.help(), "", 0);
                    }
                    case VERSION -> {
                        return new ParseOutcome.Exit(warnings + Usage.version(), "", 0);
                    }
                    default -> option(SlirpOption.at(index), options);
                }
            }
            return new ParseOutcome.Run(conclude(options.operands()), warnings.toString());
        } catch (final OptionException e) {
            final String message = String.valueOf(e.getMessage());
            return new ParseOutcome.Exit(
                    warnings + (e.usage() ? Usage.help() : ""), message.isEmpty() ? "" : message + "\n", FAILURE);
        }
    }

    private void option(final SlirpOption option, final GnuOptions options) {
        switch (option) {
            case CONFIGURE -> configure = true;
            case EXIT_FD -> exitFd = descriptor("exit-fd", options.argument());
            case READY_FD -> readyFd = descriptor("ready-fd", options.argument());
            case MTU -> mtu = mtu(options.argument());
            case CIDR -> cidr = options.argument();
            case CIDR6 -> cidr6 = options.argument();
            case DISABLE_HOST_LOOPBACK -> hostLoopback = false;
            case NO_HOST_LOOPBACK -> {
                hostLoopback = false;
                deprecated(option, SlirpOption.DISABLE_HOST_LOOPBACK);
            }
            case NETNS_TYPE -> netnsType = options.argument();
            case USERNS_PATH -> usernsPath = existing(options.argument());
            case API_SOCKET -> apiSocket = options.argument();
            case ENABLE_IPV6 -> ipv6 = true;
            case ENABLE_SANDBOX -> sandbox = true;
            case CREATE_SANDBOX -> {
                sandbox = true;
                deprecated(option, SlirpOption.ENABLE_SANDBOX);
            }
            case ENABLE_SECCOMP -> seccomp = true;
            case OUTBOUND_ADDR -> {
                outbound = options.argument();
                warnings.append("WARNING: Support for --outbound-addr is experimental\n");
            }
            case OUTBOUND_ADDR6 -> {
                outbound6 = options.argument();
                warnings.append("WARNING: Support for --outbound-addr6 is experimental\n");
            }
            case DISABLE_DNS -> dns = false;
            case MACADDRESS -> macAddress = options.argument();
            case TARGET_TYPE -> bess = isBess(options.argument());
            case LOOPS -> loops = loops(options.argument());
            case LOG_LEVEL -> observe.logLevel(options.argument());
            case PCAP -> observe.path(options.argument());
            case PCAP_FILTER -> observe.filter(options.argument());
            case PCAP_SNAPLEN -> observe.snapLength(options.argument());
            case PCAP_MAX_BYTES -> observe.maxBytes(options.argument());
            case HELP, VERSION -> throw new IllegalStateException("handled before");
        }
    }

    private SlirpOptions conclude(final List<String> operands) {
        checkConflicts(operands);
        final int wanted = bess || isTapFd() ? 1 : 2;
        // Without a device there is no form of the command that could be meant, so only the usage answers.
        if (operands.size() < wanted) {
            throw OptionException.withUsage("");
        }
        final SlirpTarget target = target(operands);
        if (operands.size() > wanted) {
            warnings.append("WARNING: too many arguments\n");
        }
        final AddressText.Network network = AddressText.cidr(cidr);
        final Ipv6Network network6 = ipv6Network();
        final int outboundAddress = outbound == null ? 0 : outboundAddress(outbound);
        final IpLiteral outboundAddress6 = outbound6 == null ? null : outboundAddress6(outbound6);
        final long mac = macAddress == null ? 0 : AddressText.mac(macAddress);
        if (apiSocket != null && apiSocket.getBytes(StandardCharsets.UTF_8).length >= MAX_API_PATH) {
            throw OptionException.alone("the specified API socket path is too long (>= " + MAX_API_PATH + ")");
        }
        return new SlirpOptions(
                target,
                usernsPath,
                configure,
                exitFd,
                readyFd,
                apiSocket,
                new VirtualNetwork(network.network(), network.prefixLength(), mtu, mac, hostLoopback, dns, network6),
                outboundAddress,
                outboundAddress6,
                new SandboxOptions(sandbox, seccomp),
                loops,
                observations());
    }

    /// Each loop has a TAP queue of its own, which only a device has that we make; and each sees its own frames.
    private ObserveOptions observations() {
        final ObserveOptions observations = observe.conclude();
        if (loops > 1 && (bess || isTapFd())) {
            throw OptionException.alone("--loops needs a TAP that is made here: it conflicts with "
                    + (bess ? "--target-type=bess" : "--netns-type=tapfd"));
        }
        return observations;
    }

    private void checkConflicts(final List<String> operands) {
        if (macAddress != null && !configure) {
            throw OptionException.withUsage("--macaddr cannot be specified when --configure or -c is not specified");
        }
        if (cidr6 != null && !ipv6) {
            throw OptionException.withUsage("--cidr6 cannot be specified when --enable-ipv6 or -6 is not specified");
        }
        if (isTapFd() && !bess) {
            checkTapFdConflicts();
        }
        if (!bess) {
            return;
        }
        if (configure) {
            throw OptionException.withUsage("--configure conflicts with --target-type=bess");
        }
        if (netnsType != null) {
            throw OptionException.withUsage("--netns-type conflicts with --target-type=bess");
        }
        if (usernsPath != null) {
            throw OptionException.withUsage("--userns-path conflicts with --target-type=bess");
        }
        if (operands.size() > 1) {
            throw OptionException.withUsage("too many arguments");
        }
    }

    /// A descriptor does not tell which namespace its device is in.
    private void checkTapFdConflicts() {
        if (configure) {
            throw OptionException.withUsage("--configure conflicts with --netns-type=tapfd");
        }
        if (usernsPath != null) {
            throw OptionException.withUsage("--userns-path conflicts with --netns-type=tapfd");
        }
    }

    private boolean isTapFd() {
        return "tapfd".equals(netnsType);
    }

    private SlirpTarget target(final List<String> operands) {
        final String first = operands.get(0);
        if (bess) {
            return new SlirpTarget.Bess(first);
        }
        if (isTapFd()) {
            final long fd = Decimal.parse(first);
            if (fd < 0) {
                throw OptionException.withUsage("TAPFD must a file descriptor");
            }
            return new SlirpTarget.TapFd((int) fd);
        }
        final boolean byPid = netnsType == null || netnsType.equals("pid");
        final String netns = byPid ? "/proc/" + pid(first) + "/ns/net" : netnsPath(first);
        if (usernsPath == null && byPid) {
            usernsPath = "/proc/" + pid(first) + "/ns/user";
        }
        return new SlirpTarget.Namespace(netns, operands.get(1));
    }

    private void deprecated(final SlirpOption used, final SlirpOption instead) {
        warnings.append("WARNING: ")
                .append(used.longName())
                .append(" is deprecated and will be removed in future releases, please use ")
                .append(instead.longName())
                .append(" instead.\n");
    }

    private static int descriptor(final String name, final String text) {
        final long value = Decimal.parse(text);
        if (value < 0) {
            throw OptionException.withUsage(name + " must be a non-negative integer");
        }
        return (int) value;
    }

    private static int mtu(final String text) {
        final long value = Decimal.parse(text);
        if (value < MIN_MTU || value > MAX_MTU) {
            throw OptionException.withUsage("MTU must be a positive integer (< " + (MAX_MTU + 1) + ")");
        }
        return (int) value;
    }

    private static int loops(final String text) {
        final long value = Decimal.parse(text);
        if (value < 1 || value > MAX_LOOPS) {
            throw OptionException.alone(
                    "--loops has to be a whole number from 1 to " + MAX_LOOPS + ", not \"" + text + "\"");
        }
        return (int) value;
    }

    private static boolean isBess(final String type) {
        if (!type.equals("bess") && !type.equals("netns")) {
            throw OptionException.withUsage("--target-type must be either \"netns\" or \"bess\"");
        }
        return type.equals("bess");
    }

    private static int pid(final String text) {
        final long value = Decimal.parse(text);
        if (value <= 0) {
            throw OptionException.withUsage("PID must be a positive integer");
        }
        return (int) value;
    }

    private String existing(final String path) {
        if (probe.access(path) != 0) {
            throw OptionException.withUsage("userns path doesn't exist: " + path);
        }
        return path;
    }

    private String netnsPath(final String path) {
        final int errno = probe.access(path);
        if (errno != 0) {
            throw OptionException.withUsage("existing path expected when --netns-type=path: " + Errno.text(errno));
        }
        return path;
    }

    private @Nullable Ipv6Network ipv6Network() {
        if (!ipv6) {
            return null;
        }
        if (mtu < IPV6_MIN_MTU) {
            warnings.append("WARNING: IPv6 needs an MTU of at least " + IPV6_MIN_MTU
                            + ": Linux has none on a device with ")
                    .append(mtu)
                    .append('\n');
        }
        return cidr6 == null ? Ipv6Network.DEFAULT : AddressText.cidr6(cidr6);
    }

    /// By address or interface; slirp4netns looks up the interface of `--outbound-addr` here.
    private IpLiteral outboundAddress6(final String text) {
        final IpLiteral address = IpLiteral.parse(text);
        final IpLiteral found = address == null ? probe.interfaceAddress6(text) : address;
        // A link-local address would need the interface as well.
        if (found == null
                || found.isIpv4()
                || Ipv6Network.isLinkLocal(found.hi())
                || Ipv6Network.isMulticast(found.hi())) {
            throw OptionException.alone("outbound-addr6 has to be valid ipv6 address or interface name.");
        }
        return found;
    }

    private int outboundAddress(final String text) {
        final long address = IpAddress.parseIpv4(text);
        final int found = address >= 0 ? (int) address : probe.interfaceAddress(text);
        if (address < 0 && found == 0) {
            throw OptionException.alone("outbound-addr has to be valid ipv4 address or interface name.");
        }
        return found;
    }
}
