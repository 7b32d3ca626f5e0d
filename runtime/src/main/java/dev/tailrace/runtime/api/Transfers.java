package dev.tailrace.runtime.api;

import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.registry.Registries;

/// Where images come from and go to, beside archives.
///
/// @param store the images' own
public record Transfers(ImageTransfer store, Registries registries) {}
