package dev.tailrace.tapio.netlink;

import static dev.tailrace.tapio.netlink.RouteConstants.AF_BRIDGE;
import static dev.tailrace.tapio.netlink.RouteConstants.AF_INET;
import static dev.tailrace.tapio.netlink.RouteConstants.AF_INET6;
import static dev.tailrace.tapio.netlink.RouteConstants.IFA_ADDRESS;
import static dev.tailrace.tapio.netlink.RouteConstants.IFA_F_NODAD;
import static dev.tailrace.tapio.netlink.RouteConstants.IFA_LOCAL;
import static dev.tailrace.tapio.netlink.RouteConstants.IFF_UP;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_ADDRESS;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_BRPORT_LEARNING;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_BRPORT_UNICAST_FLOOD;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_BR_MCAST_SNOOPING;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_GROUP;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_IFNAME;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_INFO_DATA;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_INFO_KIND;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_INFO_SLAVE_DATA;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_INFO_SLAVE_KIND;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_LINKINFO;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_MASTER;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_MTU;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_NET_NS_FD;
import static dev.tailrace.tapio.netlink.RouteConstants.IFLA_OPERSTATE;
import static dev.tailrace.tapio.netlink.RouteConstants.NDA_LLADDR;
import static dev.tailrace.tapio.netlink.RouteConstants.NETLINK_CAP_ACK;
import static dev.tailrace.tapio.netlink.RouteConstants.NETLINK_EXT_ACK;
import static dev.tailrace.tapio.netlink.RouteConstants.NLM_F_ACK;
import static dev.tailrace.tapio.netlink.RouteConstants.NLM_F_CREATE;
import static dev.tailrace.tapio.netlink.RouteConstants.NLM_F_EXCL;
import static dev.tailrace.tapio.netlink.RouteConstants.NLM_F_REPLACE;
import static dev.tailrace.tapio.netlink.RouteConstants.NLM_F_REQUEST;
import static dev.tailrace.tapio.netlink.RouteConstants.NTF_MASTER;
import static dev.tailrace.tapio.netlink.RouteConstants.NUD_NOARP;
import static dev.tailrace.tapio.netlink.RouteConstants.RTA_GATEWAY;
import static dev.tailrace.tapio.netlink.RouteConstants.RTA_OIF;
import static dev.tailrace.tapio.netlink.RouteConstants.RTM_DELLINK;
import static dev.tailrace.tapio.netlink.RouteConstants.RTM_GETLINK;
import static dev.tailrace.tapio.netlink.RouteConstants.RTM_NEWADDR;
import static dev.tailrace.tapio.netlink.RouteConstants.RTM_NEWLINK;
import static dev.tailrace.tapio.netlink.RouteConstants.RTM_NEWNEIGH;
import static dev.tailrace.tapio.netlink.RouteConstants.RTM_NEWROUTE;
import static dev.tailrace.tapio.netlink.RouteConstants.RTN_UNICAST;
import static dev.tailrace.tapio.netlink.RouteConstants.RTPROT_BOOT;
import static dev.tailrace.tapio.netlink.RouteConstants.RT_TABLE_MAIN;
import static dev.tailrace.tapio.netlink.RouteConstants.SOL_NETLINK;
import static dev.tailrace.tapio.netlink.RouteConstants.VETH_INFO_PEER;

import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Memory;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import org.agrona.concurrent.UnsafeBuffer;

/// Configures the network namespace that its socket was made in. Each method returns when the kernel has done it, and
/// throws [LinuxException] with the kernel's words when it has not. For one thread at a time.
public final class RouteSocket implements AutoCloseable {
    /// Arguments of socket(2).
    public static final int AF_NETLINK = 16;

    public static final int SOCK_RAW_CLOEXEC = 3 | 0x8_0000;
    public static final int NETLINK_ROUTE = 0;

    private static final int NEW = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
    private static final int SEND_LENGTH = 1024;
    private static final int RECEIVE_LENGTH = 32_768;

    private final int fd;
    private final Memory memory;
    private final long sendAddress;
    private final long receiveAddress;
    private final NetlinkMessage message;
    private final NetlinkReply reply;
    private int sequence;

    /// Takes over a socket of NETLINK_ROUTE.
    public RouteSocket(final int fd) {
        this.fd = fd;
        this.memory = Memory.region(SEND_LENGTH + RECEIVE_LENGTH);
        this.sendAddress = memory.allocate(SEND_LENGTH);
        this.receiveAddress = memory.allocate(RECEIVE_LENGTH);
        this.message = new NetlinkMessage(memory.buffer());
        this.reply = new NetlinkReply(new UnsafeBuffer(receiveAddress, RECEIVE_LENGTH));
        // Both since Linux 4.12; without them an error is its errno only.
        memory.buffer().putInt(0, 1);
        Syscall.call(SyscallNumber.SETSOCKOPT, fd, SOL_NETLINK, NETLINK_EXT_ACK, sendAddress, Integer.BYTES);
        Syscall.call(SyscallNumber.SETSOCKOPT, fd, SOL_NETLINK, NETLINK_CAP_ACK, sendAddress, Integer.BYTES);
    }

    /// In the caller's namespace.
    public static RouteSocket open() {
        return new RouteSocket((int) Syscall.check(
                Syscall.call(SyscallNumber.SOCKET, AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE), "socket", "netlink"));
    }

    /// Makes a bridge that is up and does not listen to what multicast groups its ports join: nobody on it asks.
    public void addBridge(final String name, final int mtu) {
        begin(RTM_NEWLINK, NEW).link(0, IFF_UP, IFF_UP).text(IFLA_IFNAME, name).attribute(IFLA_MTU, mtu);
        final int info = message.nest(IFLA_LINKINFO);
        message.text(IFLA_INFO_KIND, "bridge");
        final int data = message.nest(IFLA_INFO_DATA);
        message.octet(IFLA_BR_MCAST_SNOOPING, 0).end(data).end(info);
        request("add bridge", name);
    }

    /// Makes a pair of interfaces, one here and one in another namespace, both down.
    ///
    /// @param peerMac Ethernet address in the low 48 bits
    /// @param peerNamespace descriptor of a network namespace
    public void addPair(
            final String name, final int mtu, final String peerName, final long peerMac, final int peerNamespace) {
        begin(RTM_NEWLINK, NEW).link(0, 0, 0).text(IFLA_IFNAME, name).attribute(IFLA_MTU, mtu);
        final int info = message.nest(IFLA_LINKINFO);
        message.text(IFLA_INFO_KIND, "veth");
        final int data = message.nest(IFLA_INFO_DATA);
        final int peer = message.nest(VETH_INFO_PEER);
        message.link(0, 0, 0)
                .text(IFLA_IFNAME, peerName)
                .attribute(IFLA_MTU, mtu)
                .mac(IFLA_ADDRESS, peerMac)
                .attribute(IFLA_NET_NS_FD, peerNamespace)
                .end(peer)
                .end(data)
                .end(info);
        request("add veth", name);
    }

    /// Index of an interface.
    public int index(final String name) {
        begin(RTM_GETLINK, 0).link(0, 0, 0).text(IFLA_IFNAME, name);
        request("find", name);
        return reply.linkIndex();
    }

    /// What RFC 2863 calls the operational state of an interface: 6 is up, 0 unknown (linux/if.h).
    public int operationalState(final String name) {
        begin(RTM_GETLINK, 0).link(0, 0, 0).text(IFLA_IFNAME, name);
        request("find", name);
        return reply.linkOctet(IFLA_OPERSTATE);
    }

    /// Sets an interface up.
    public void up(final String name) {
        begin(RTM_NEWLINK, NLM_F_ACK).link(0, IFF_UP, IFF_UP).text(IFLA_IFNAME, name);
        request("set up", name);
    }

    /// Sets the largest packet of an interface, in bytes.
    public void mtu(final String name, final int mtu) {
        begin(RTM_NEWLINK, NLM_F_ACK).link(0, 0, 0).text(IFLA_IFNAME, name).attribute(IFLA_MTU, mtu);
        request("set mtu " + mtu, name);
    }

    /// Makes an interface a port of a bridge.
    public void join(final String name, final int bridgeIndex) {
        begin(RTM_NEWLINK, NLM_F_ACK).link(0, 0, 0).text(IFLA_IFNAME, name).attribute(IFLA_MASTER, bridgeIndex);
        request("set master of", name);
    }

    /// Has the bridge learn nothing from a port of its, and send there only what is for it or for everybody.
    public void quiet(final String port) {
        begin(RTM_NEWLINK, NLM_F_ACK).link(0, 0, 0).text(IFLA_IFNAME, port);
        final int info = message.nest(IFLA_LINKINFO);
        message.text(IFLA_INFO_SLAVE_KIND, "bridge");
        final int data = message.nest(IFLA_INFO_SLAVE_DATA);
        message.octet(IFLA_BRPORT_LEARNING, 0)
                .octet(IFLA_BRPORT_UNICAST_FLOOD, 0)
                .end(data)
                .end(info);
        request("set up bridge port", port);
    }

    /// Tells the bridge for good behind which port an Ethernet address is.
    public void addForwarding(final int portIndex, final long mac) {
        // struct ndmsg: family 1, pad 3, index 4, state 2, flags 1, type 1. NUD_PERMANENT would be the bridge's own.
        begin(RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE)
                .octets(AF_BRIDGE, 0, 0, 0)
                .int32(portIndex)
                .octets(NUD_NOARP, 0, NTF_MASTER, 0)
                .mac(NDA_LLADDR, mac);
        request("add bridge address", "port " + portIndex);
    }

    /// Gives an interface an IPv4 address, host order.
    public void addAddress(final int index, final int address, final int prefixLength) {
        begin(RTM_NEWADDR, NEW)
                .octets(AF_INET, prefixLength, 0, 0)
                .int32(index)
                .ipv4(IFA_LOCAL, address)
                .ipv4(IFA_ADDRESS, address);
        request("add address", "interface " + index);
    }

    /// Gives an interface an IPv6 address, without looking whether somebody has it already.
    public void addAddress(final int index, final long hi, final long lo, final int prefixLength) {
        begin(RTM_NEWADDR, NEW)
                .octets(AF_INET6, prefixLength, IFA_F_NODAD, 0)
                .int32(index)
                .ipv6(IFA_LOCAL, hi, lo)
                .ipv6(IFA_ADDRESS, hi, lo);
        request("add IPv6 address", "interface " + index);
    }

    /// Makes an IPv4 gateway, host order, the default one.
    public void addDefaultRoute(final int index, final int gateway) {
        beginDefaultRoute(AF_INET).attribute(RTA_OIF, index).ipv4(RTA_GATEWAY, gateway);
        request("add default route", "interface " + index);
    }

    /// Makes an IPv6 gateway the default one.
    public void addDefaultRoute(final int index, final long gatewayHi, final long gatewayLo) {
        beginDefaultRoute(AF_INET6).attribute(RTA_OIF, index).ipv6(RTA_GATEWAY, gatewayHi, gatewayLo);
        request("add IPv6 default route", "interface " + index);
    }

    /// Removes an interface, and with one of a pair the other.
    public void remove(final String name) {
        begin(RTM_DELLINK, NLM_F_ACK).link(0, 0, 0).text(IFLA_IFNAME, name);
        request("remove", name);
    }

    /// Puts an interface into a group; all are in 0 at first.
    public void group(final String name, final int group) {
        begin(RTM_NEWLINK, NLM_F_ACK).link(0, 0, 0).text(IFLA_IFNAME, name).attribute(IFLA_GROUP, group);
        request("set group of", name);
    }

    /// Removes all interfaces of a group, and with one of a pair the other. For many it takes no longer
    /// than for one.
    public void removeGroup(final int group) {
        begin(RTM_DELLINK, NLM_F_ACK).link(0, 0, 0).attribute(IFLA_GROUP, group);
        request("remove group", Integer.toString(group));
    }

    @Override
    public void close() {
        Fd.close(fd);
        memory.close();
    }

    private NetlinkMessage begin(final int type, final int flags) {
        return message.begin(type, NLM_F_REQUEST | flags, ++sequence);
    }

    /// `struct rtmsg`: family, destination and source prefix length, TOS; table, protocol, scope, type; flags 4.
    private NetlinkMessage beginDefaultRoute(final int family) {
        return begin(RTM_NEWROUTE, NEW)
                .octets(family, 0, 0, 0)
                .octets(RT_TABLE_MAIN, RTPROT_BOOT, 0, RTN_UNICAST)
                .int32(0);
    }

    /// Sends the message and takes what is answered; of a link that was asked for `reply` stays at it.
    private void request(final String call, final String object) {
        Syscall.check(
                Syscall.call(SyscallNumber.SENDTO, fd, sendAddress, message.finish(), 0, 0, 0),
                "netlink " + call,
                object);
        boolean isAnswered = false;
        while (!isAnswered) {
            long received;
            do {
                received = Syscall.call(SyscallNumber.RECVFROM, fd, receiveAddress, RECEIVE_LENGTH, 0, 0, 0);
            } while (received == -Errno.EINTR);
            reply.wrap((int) Syscall.check(received, "netlink " + call, object));
            isAnswered = isAnswered(call, object);
        }
    }

    private boolean isAnswered(final String call, final String object) {
        for (int type = reply.next(); type != NetlinkReply.NO_MORE; type = reply.next()) {
            if (reply.sequence() != sequence) {
                continue;
            }
            if (type != NetlinkReply.ERROR) {
                return true;
            }
            if (reply.errno() != 0) {
                final String text = reply.errorText();
                throw new LinuxException(
                        "netlink " + call, text.isEmpty() ? object : object + " (" + text + ")", reply.errno());
            }
            return true;
        }
        return false;
    }
}
