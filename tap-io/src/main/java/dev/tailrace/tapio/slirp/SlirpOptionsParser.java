package dev.tailrace.tapio.slirp;

import dev.tailrace.netstack.ip.VirtualNetwork;
import dev.tailrace.netstack.wire.IpAddress;
import dev.tailrace.tapio.linux.Errno;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the command line of `slirp4netns`, with its messages, streams and exit codes. Used once.
public final class SlirpOptionsParser {
    static final int MIN_MTU = 1;
    static final int MAX_MTU = 65_521;

    private static final int DEFAULT_MTU = 1500;
    private static final String DEFAULT_CIDR = "10.0.2.0/24";
    private static final int NONE = -1;

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
    private boolean bess;
    private @Nullable String netnsType;
    private @Nullable String usernsPath;
    private @Nullable String apiSocket;
    private @Nullable String outbound;
    private @Nullable String macAddress;
    private @Nullable String unsupported;

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
            case DISABLE_HOST_LOOPBACK -> hostLoopback = false;
            case NO_HOST_LOOPBACK -> {
                hostLoopback = false;
                deprecated(option, SlirpOption.DISABLE_HOST_LOOPBACK);
            }
            case NETNS_TYPE -> netnsType = options.argument();
            case USERNS_PATH -> usernsPath = existing(options.argument());
            case API_SOCKET -> apiSocket = options.argument();
            case ENABLE_IPV6, ENABLE_SANDBOX, ENABLE_SECCOMP, OUTBOUND_ADDR6 -> notYet(option.longName());
            case CREATE_SANDBOX -> {
                deprecated(option, SlirpOption.ENABLE_SANDBOX);
                notYet(option.longName());
            }
            case OUTBOUND_ADDR -> {
                outbound = options.argument();
                warnings.append("WARNING: Support for --outbound-addr is experimental\n");
            }
            case DISABLE_DNS -> dns = false;
            case MACADDRESS -> macAddress = options.argument();
            case TARGET_TYPE -> bess = isBess(options.argument());
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
        if ("tapfd".equals(netnsType)) {
            notYet("--netns-type=tapfd");
        }
        final boolean byPid = netnsType == null || netnsType.equals("pid");
        // Without a device there is no form of the command that could be meant, so only the usage answers.
        if (operands.size() < 2 && unsupported == null) {
            throw OptionException.withUsage("");
        }
        if (unsupported != null) {
            throw OptionException.alone(Usage.PROGRAM + ": " + unsupported + " is not supported yet");
        }
        final String target = operands.get(0);
        final String netns = byPid ? "/proc/" + pid(target) + "/ns/net" : netnsPath(target);
        final String userns = usernsPath == null && byPid ? "/proc/" + pid(target) + "/ns/user" : usernsPath;
        if (operands.size() > 2) {
            warnings.append("WARNING: too many arguments\n");
        }
        final AddressText.Network network = AddressText.cidr(cidr);
        final int outboundAddress = outbound == null ? 0 : outboundAddress(outbound);
        final long mac = macAddress == null ? 0 : AddressText.mac(macAddress);
        if (apiSocket != null && apiSocket.getBytes(StandardCharsets.UTF_8).length >= MAX_API_PATH) {
            throw OptionException.alone("the specified API socket path is too long (>= " + MAX_API_PATH + ")");
        }
        return new SlirpOptions(
                netns,
                userns,
                operands.get(1),
                configure,
                exitFd,
                readyFd,
                apiSocket,
                new VirtualNetwork(network.network(), network.prefixLength(), mtu, mac, hostLoopback, dns),
                outboundAddress,
                observe.conclude());
    }

    private void checkConflicts(final List<String> operands) {
        if (macAddress != null && !configure) {
            throw OptionException.withUsage("--macaddr cannot be specified when --configure or -c is not specified");
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
        notYet("--target-type=bess");
    }

    /// Remembers the first option that we cannot serve; what is wrong with the others is said before.
    private void notYet(final String option) {
        if (unsupported == null) {
            unsupported = "option '" + option + "'";
        }
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

    private int outboundAddress(final String text) {
        final long address = IpAddress.parseIpv4(text);
        final int found = address >= 0 ? (int) address : probe.interfaceAddress(text);
        if (address < 0 && found == 0) {
            throw OptionException.alone("outbound-addr has to be valid ipv4 address or interface name.");
        }
        return found;
    }
}
