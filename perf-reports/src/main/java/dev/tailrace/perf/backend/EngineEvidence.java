package dev.tailrace.perf.backend;

import com.grack.nanojson.JsonObject;
import dev.tailrace.perf.lab.ProcessUsage;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.result.BackendIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Whether what answers is our engine, on the storage driver that it should have.
final class EngineEvidence {
    private static final String NAME = "Tailrace";

    private EngineEvidence() {}

    /// @param program `bin/tailrace`, links resolved
    /// @param image directory of the product
    /// @param version what the engine answers to `/version`
    /// @param info what it answers to `/info`
    static BackendIdentity of(
            final Backend backend,
            final Path program,
            final Path image,
            final Process process,
            final JsonObject version,
            final JsonObject info,
            final String driver,
            final String congestion) {
        final String executable = ProcessUsage.executable(process.toHandle());
        final String platform = version.getObject("Platform", new JsonObject()).getString("Name", "nobody");
        final String storage = info.getString("Driver", "none");
        final List<String> objections = new ArrayList<>();
        if (!platform.equals(NAME)) {
            objections.add("the engine says that it is " + platform);
        }
        if (!storage.equals(driver)) {
            objections.add("its storage driver is %s and not %s".formatted(storage, driver));
        }
        final String java = Programs.resolve(image)
                .resolve("java")
                .resolve("bin")
                .resolve("java")
                .toString();
        if (!executable.equals(java)) {
            objections.add("%s was started, and %s is what runs".formatted(program, executable));
        }
        return new BackendIdentity(
                backend.id(),
                backend.role(),
                program.toString(),
                Evidence.sha256(program),
                "%s %s, API %s".formatted(platform, version.getString("Version"), version.getString("ApiVersion")),
                "storage driver %s, single id".formatted(storage),
                executable,
                Evidence.commandLine(process.pid()),
                congestion,
                objections);
    }
}
