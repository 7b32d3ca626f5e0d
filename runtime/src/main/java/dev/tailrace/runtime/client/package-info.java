/// The API of an engine, seen by a client: HTTP over a socket of the file system.
///
/// Theory of operation. A request is a connection of its own: the socket is local, so that there is
/// nothing to save, and a connection that becomes a stream of bytes (attach, exec) is no exception. The
/// JDK's HttpClient knows neither such sockets nor what comes after `101 Upgraded`, and Netty is the
/// server's; what a client needs of HTTP is one head each way and bodies of three kinds, so it is here,
/// on a blocking channel. Nothing is trusted for its length.
@NullMarked
package dev.tailrace.runtime.client;

import org.jspecify.annotations.NullMarked;
