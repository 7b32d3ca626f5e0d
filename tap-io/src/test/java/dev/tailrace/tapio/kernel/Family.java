package dev.tailrace.tapio.kernel;

import dev.tailrace.tapio.lab.Lab;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// The addresses of a lab and of the default network in one family.
enum Family {
    IPV4(
            Lab.HOST_ADDRESS,
            Lab.NEAR_ADDRESS,
            Lab.FAR_ADDRESS,
            Network.GATEWAY,
            Network.NAME_SERVER,
            "0.0.0.0",
            "127.0.0.1",
            "203.0.113."),
    IPV6(
            Lab.HOST_ADDRESS6,
            Lab.NEAR_ADDRESS6,
            Lab.FAR_ADDRESS6,
            Network.GATEWAY6,
            Network.NAME_SERVER6,
            "::",
            "::1",
            "2001:db8:2::");

    private final String host;
    private final String near;
    private final String far;
    private final String gateway;
    private final String nameServer;
    private final String any;
    private final String loopback;
    private final String farPrefix;

    Family(
            final String host,
            final String near,
            final String far,
            final String gateway,
            final String nameServer,
            final String any,
            final String loopback,
            final String farPrefix) {
        this.host = host;
        this.near = near;
        this.far = far;
        this.gateway = gateway;
        this.nameServer = nameServer;
        this.any = any;
        this.loopback = loopback;
        this.farPrefix = farPrefix;
    }

    /// The host's on its link to the internet.
    String host() {
        return host;
    }

    /// The internet's on the same link.
    String near() {
        return near;
    }

    /// One of the internet behind its router.
    String far() {
        return far;
    }

    /// What stands for the host's loopback in the guest.
    String gateway() {
        return gateway;
    }

    /// What stands for the host's resolver in the guest.
    String nameServer() {
        return nameServer;
    }

    String any() {
        return any;
    }

    String loopback() {
        return loopback;
    }

    /// An address behind the router that nobody has, unless a test uses the same number.
    String unused(final int number) {
        return farPrefix + number;
    }

    /// An address as Java writes it, which shortens no zeros.
    static String asJavaWrites(final String address) {
        try {
            return InetAddress.getByName(address).getHostAddress();
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
    }
}
