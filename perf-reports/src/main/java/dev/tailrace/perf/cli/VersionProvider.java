package dev.tailrace.perf.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// The version in the manifest of our jar.
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        final String version = Optional.ofNullable(BenchMain.class.getPackage().getImplementationVersion())
                .orElse("of classes, without a version");
        return new String[] {"tailrace bench " + version};
    }
}
