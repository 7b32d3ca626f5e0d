package dev.tailrace.runtime.cli;

import dev.tailrace.runtime.client.ApiClient;
import java.io.IOException;

/// A verb that asks the engine; its options are fields that picocli fills in.
interface EngineCommand {
    /// @return the exit status
    int run(ApiClient engine, Console console) throws IOException;
}
