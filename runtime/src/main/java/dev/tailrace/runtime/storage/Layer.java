package dev.tailrace.runtime.storage;

/// An unpacked layer.
///
/// @param diffId digest of its uncompressed archive
/// @param sizeBytes of the files in it
/// @param tarBytes of its uncompressed archive
public record Layer(String diffId, long sizeBytes, long tarBytes) {}
