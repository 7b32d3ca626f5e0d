package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.container.Resources;
import java.util.Optional;

/// `docker update`: what is to be another from now on.
///
/// @param policy absent if it stays
/// @param resources what is said of them; the rest stays
public record ContainerUpdate(Optional<HostConfig.RestartPolicy> policy, Resources resources) {}
