package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.network.SubnetPlanner;
import java.util.List;
import java.util.Map;

/// A network to be made.
///
/// @param driver empty or `bridge`
/// @param ipamDriver empty or `default`
/// @param ranges addresses that are asked for
/// @param options of the driver
public record NetworkRequest(
        String name,
        String driver,
        String ipamDriver,
        List<SubnetPlanner.Wish> ranges,
        boolean isIpv6,
        boolean isInternal,
        boolean isAttachable,
        Map<String, String> options,
        Map<String, String> labels) {
    public NetworkRequest {
        ranges = List.copyOf(ranges);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }
}
