package dev.tailrace.runtime.api;

import dev.tailrace.runtime.container.ResourceUsage;
import dev.tailrace.runtime.engine.Container;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.log.EntryFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// `docker stats`: once a second, or once, what a container's processes use.
final class StatsHandlers {
    private static final long PERIOD_MS = 1000;

    private final Engine engine;

    StatsHandlers(final Engine engine) {
        this.engine = engine;
    }

    /// What was seen at a moment; without usage of a container that does not run.
    private record Sample(Instant time, Optional<ResourceUsage> usage) {}

    void stats(final Request request, final String name, final Exchange exchange)
            throws IOException, InterruptedException {
        final Container container = engine.container(name);
        final CountDownLatch isGone = new CountDownLatch(1);
        exchange.onCancel(isGone::countDown);
        Sample last = new Sample(Instant.EPOCH, Optional.empty());
        Sample now = sample(container);
        if (!request.flag("stream", true)) {
            // The client divides by what has passed since the one before.
            if (!request.flag("one-shot") && now.usage().isPresent()) {
                isGone.await(PERIOD_MS, TimeUnit.MILLISECONDS);
                last = now;
                now = sample(container);
            }
            Json.send(exchange, 200, json(container, last, now));
            return;
        }
        final OutputStream out = exchange.stream(200, Headers.JSON);
        do {
            out.write(Json.line(json(container, last, now)));
            if (container.removal().isDone() || isGone.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
            last = now;
            now = sample(container);
        } while (true);
    }

    private Sample sample(final Container container) {
        return new Sample(engine.clock().instant(), engine.usage(container));
    }

    private static Map<String, @Nullable Object> json(final Container container, final Sample last, final Sample now) {
        final Map<String, @Nullable Object> json = Json.object(
                "read", now.usage().isPresent() ? EntryFormat.timestamp(now.time()) : Json.NEVER,
                "preread", last.usage().isPresent() ? EntryFormat.timestamp(last.time()) : Json.NEVER,
                "num_procs", 0,
                "storage_stats", Map.of(),
                "pids_stats", now.usage().map(StatsHandlers::tasks).orElse(Map.of()),
                "blkio_stats", now.usage().map(StatsHandlers::disks).orElse(Map.of()),
                "cpu_stats", processors(now.usage()),
                "precpu_stats", processors(last.usage()),
                "memory_stats", now.usage().map(StatsHandlers::memory).orElse(Map.of()),
                "name", "/" + container.name(),
                "id", container.id());
        now.usage()
                .filter(usage -> !usage.interfaces().isEmpty())
                .ifPresent(usage -> json.put("networks", networks(usage)));
        return json;
    }

    private static Map<String, @Nullable Object> tasks(final ResourceUsage usage) {
        return Json.object("current", usage.tasks());
    }

    private static Map<String, @Nullable Object> memory(final ResourceUsage usage) {
        return Json.object(
                "usage",
                usage.memoryBytes(),
                "stats",
                Json.object("inactive_file", 0),
                "limit",
                usage.memoryLimitBytes());
    }

    private static Map<String, @Nullable Object> disks(final ResourceUsage usage) {
        return Json.object(
                "io_service_bytes_recursive",
                List.of(
                        Json.object("major", 0, "minor", 0, "op", "read", "value", usage.readBytes()),
                        Json.object("major", 0, "minor", 0, "op", "write", "value", usage.writtenBytes())));
    }

    private static Map<String, @Nullable Object> processors(final Optional<ResourceUsage> usage) {
        final Map<String, @Nullable Object> json = Json.object(
                "cpu_usage",
                Json.object(
                        "total_usage", usage.map(ResourceUsage::processorNs).orElse(0L),
                        "usage_in_kernelmode",
                                usage.map(known -> known.processorNs() - known.userNs())
                                        .orElse(0L),
                        "usage_in_usermode", usage.map(ResourceUsage::userNs).orElse(0L)),
                "throttling_data",
                Json.object("periods", 0, "throttled_periods", 0, "throttled_time", 0));
        usage.ifPresent(known -> {
            json.put("system_cpu_usage", known.systemNs());
            json.put("online_cpus", known.processors());
        });
        return json;
    }

    private static Map<String, @Nullable Object> networks(final ResourceUsage usage) {
        final Map<String, @Nullable Object> networks = new LinkedHashMap<>();
        usage.interfaces()
                .forEach((name, traffic) -> networks.put(
                        name,
                        Json.object(
                                "rx_bytes", traffic.receivedBytes(),
                                "rx_packets", traffic.receivedPackets(),
                                "rx_errors", traffic.receiveErrors(),
                                "rx_dropped", traffic.receiveDrops(),
                                "tx_bytes", traffic.sentBytes(),
                                "tx_packets", traffic.sentPackets(),
                                "tx_errors", traffic.sendErrors(),
                                "tx_dropped", traffic.sendDrops())));
        return networks;
    }
}
