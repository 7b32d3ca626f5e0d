package dev.tailrace.tapio.slirp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/// The texts of `--help` and `--version`.
///
/// Clients start us with both before every start and search the texts: RootlessKit and Podman for option names,
/// test suites for `SLIRP_CONFIG_VERSION_MAX`. The launcher answers from files that [#main] wrote when the product
/// was built, without a JVM.
public final class Usage {
    /// How messages name the program.
    public static final String PROGRAM = "slirp4netns";

    /// The release of slirp4netns whose interface we have; clients compare it.
    public static final String INTERFACE_VERSION = "1.3.2";

    /// Newest configuration of libslirp whose features we have: 2 and 3 brought outbound addresses and DNS
    /// switching.
    private static final int CONFIG_VERSION_MAX = 6;

    private static final String HELP = """
            Usage: slirp4netns [OPTION]... PID|PATH|FD [TAPNAME]
            Connects a network namespace to the network of the user who runs this.

            -c, --configure          set up lo and TAPNAME: address, MTU and default route
            -e, --exit-fd=FD         end when the other side of FD hangs up
            -r, --ready-fd=FD        write "1" to FD once the network can be used
            -m, --mtu=MTU            bytes per packet (1 to 65521, default 1500)
            -6, --enable-ipv6        IPv6 as well: the host at ::2, its resolver at ::3
            -a, --api-socket=PATH    listen on PATH for requests to forward ports
            --cidr=CIDR              addresses of the namespace (default 10.0.2.0/24)
            --cidr6=PREFIX/64        IPv6 addresses of the namespace (default fd00::/64)
            --disable-host-loopback  keep the namespace from 127.0.0.1 of the host
            --netns-type=TYPE        what names the namespace: pid (default), path, or
                                     tapfd (FD is a TAP, or a socket for frames)
            --userns-path=PATH       user namespace to enter first
            --enable-sandbox         own root with /etc and /run, no capabilities
            --enable-seccomp         end at a system call that is not needed
            --outbound-addr=IPv4     address or interface that connections go out from
            --outbound-addr6=IPv6    the same for IPv6
            --disable-dns            no name server at the third address
            --macaddress=MAC         Ethernet address of TAPNAME (with -c only)
            --target-type=TYPE       netns (default), or bess: frames over a SEQPACKET socket
                                     that is made at PATH
            --loops=N                threads that carry TCP connections (1 to 16, default 1)
            --log-level=LEVEL        error, warn, info (default) or debug
            --pcap=FILE              write the frames of TAPNAME to FILE, in the format of tcpdump
            --pcap-filter=FILTER     only such as "tcp and port 80 and host 10.0.2.100"
            --pcap-snaplen=BYTES     at most so much of each frame (default 262144)
            --pcap-max-bytes=BYTES   end the capture before FILE is longer
            -h, --help               print this and exit
            -v, --version            print the version and exit
            """;

    private Usage() {}

    /// The text of `--help`; also printed to the standard output when the command line is wrong.
    public static String help() {
        return HELP;
    }

    /// The text of `--version`.
    public static String version() {
        return PROGRAM + " version " + INTERFACE_VERSION + "\n"
                + "commit: tailrace " + productVersion() + "\n"
                + "libslirp: none (Tailrace netstack)\n"
                + "SLIRP_CONFIG_VERSION_MAX: " + CONFIG_VERSION_MAX + "\n";
    }

    /// Tailrace's own version, as its build says.
    public static String productVersion() {
        final Properties properties = new Properties();
        try (InputStream in = Usage.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IllegalStateException("version.properties is missing beside " + Usage.class.getName());
            }
            properties.load(in);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version");
    }

    /// The options as getopt(1) wants to be told them: a line of letters, and a line of names.
    static String getopt() {
        final StringBuilder letters = new StringBuilder();
        final StringBuilder names = new StringBuilder();
        for (final GnuOptions.Spec spec : SlirpOption.specs()) {
            final String mark = spec.takesArgument() ? ":" : "";
            if (spec.letter() != '\0') {
                letters.append(spec.letter()).append(mark);
            }
            names.append(names.isEmpty() ? "" : ",").append(spec.name()).append(mark);
        }
        return letters + "\n" + names + "\n";
    }

    /// Writes `help.txt`, `version.txt` and `getopt.txt` into a directory.
    ///
    /// @param args the directory
    public static void main(final String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("usage: Usage DIRECTORY (writes the texts of the launcher)");
            System.exit(1);
        }
        final Path directory = Files.createDirectories(Path.of(args[0]));
        Files.writeString(directory.resolve("help.txt"), help());
        Files.writeString(directory.resolve("version.txt"), version());
        Files.writeString(directory.resolve("getopt.txt"), getopt());
    }
}
