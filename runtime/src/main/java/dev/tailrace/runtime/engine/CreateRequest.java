package dev.tailrace.runtime.engine;

/// A container to be made.
///
/// @param name empty for one of our own making
/// @param platform `os[/architecture]`, or empty for the image's
public record CreateRequest(String name, String platform, ContainerConfig config, HostConfig host) {}
