package dev.tailrace.runtime.build;

import dev.tailrace.runtime.registry.Credentials;
import java.util.List;
import java.util.Map;

/// What is to be built.
///
/// @param dockerfile its path in the context
/// @param names that the image gets
/// @param arguments values of `ARG`s
/// @param labels added to those of the Dockerfile
/// @param target name or number of the stage that is wanted; empty for the last
/// @param networkMode of the containers of `RUN`
/// @param extraHosts `NAME:ADDRESS` each, in these containers
/// @param platform that images are pulled for; empty for this machine
/// @param isPulled whether images are looked for in the registry although they are here
/// @param isCached whether steps of earlier builds are used
/// @param keepsFailed whether the container of a `RUN` that fails stays
/// @param credentials by the domains of registries
public record BuildRequest(
        String dockerfile,
        List<String> names,
        Map<String, String> arguments,
        Map<String, String> labels,
        String target,
        String networkMode,
        List<String> extraHosts,
        String platform,
        boolean isPulled,
        boolean isCached,
        boolean keepsFailed,
        Map<String, Credentials> credentials) {
    public BuildRequest {
        names = List.copyOf(names);
        arguments = Map.copyOf(arguments);
        labels = Map.copyOf(labels);
        extraHosts = List.copyOf(extraHosts);
        credentials = Map.copyOf(credentials);
    }
}
