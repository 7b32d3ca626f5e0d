package dev.tailrace.runtime.fake;

import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.engine.EngineInfo;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/// A whole engine on fakes.
public final class FakeEngine implements AutoCloseable {
    public final FakeImages images = new FakeImages();
    public final FakeRoots roots;
    public final FakeRuntime runtime = new FakeRuntime();
    public final FakeNetwork network = new FakeNetwork();
    public final Engine engine;

    /// @param directory empty
    public FakeEngine(final Path directory) {
        roots = new FakeRoots(directory.resolve("roots"));
        images.add("busybox", FakeImages.running("sh"));
        images.add("nginx:1.27", FakeImages.running("sleep", "1000"));
        engine = new Engine(
                images,
                roots,
                runtime,
                network,
                directory,
                new EngineInfo(
                        "9.9.9",
                        "abcdef",
                        "2026-11-28T00:00:00Z",
                        List.of(new EngineInfo.Component("netstack", "1.2.3", Map.of("GitCommit", "fedcba"))),
                        List.of("name=seccomp,profile=builtin", "name=rootless"),
                        List.of("this is a fake")),
                Clock.systemUTC());
    }

    @Override
    public void close() {
        engine.containers().forEach(container -> engine.remove(container, true));
        engine.close();
    }
}
