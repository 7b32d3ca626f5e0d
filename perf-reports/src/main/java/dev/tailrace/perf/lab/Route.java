package dev.tailrace.perf.lab;

import java.util.List;
import java.util.function.UnaryOperator;

/// Where a server and its clients run, and where these connect to. Stream k, from 0, uses the ports plus k.
///
/// @param enterServer makes a command line run where servers belong
/// @param bindAddress of the server
/// @param serverPort that the first server listens on
/// @param enterClient makes a command line run where clients belong
/// @param connectAddress for clients
/// @param clientPort that the first client connects to
public record Route(
        UnaryOperator<List<String>> enterServer,
        String bindAddress,
        int serverPort,
        UnaryOperator<List<String>> enterClient,
        String connectAddress,
        int clientPort) {}
