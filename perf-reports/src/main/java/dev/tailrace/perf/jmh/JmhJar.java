package dev.tailrace.perf.jmh;

import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.store.IoReason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/// `benchmarks.jar`.
public record JmhJar(Path file) {
    private static final String LIST = "allocation-free.txt";

    /// The jar of a checkout.
    ///
    /// @throws LabException in one line, if it is not built
    public static JmhJar of(final Path file) {
        if (!Files.isRegularFile(file)) {
            throw new LabException("%s is not there. Fix: ./tailrace build".formatted(file));
        }
        return new JmhJar(file);
    }

    /// Beginnings of the names of the benchmarks that must not allocate.
    public List<String> allocationFree() {
        try (JarFile jar = new JarFile(file.toFile())) {
            final ZipEntry entry = jar.getEntry(LIST);
            if (entry == null) {
                throw new LabException(
                        "%s has no %s: it is not of this version. Fix: ./tailrace build".formatted(file, LIST));
            }
            try (InputStream in = jar.getInputStream(entry)) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                        .toList();
            }
        } catch (IOException failure) {
            throw new LabException("reading %s: %s".formatted(file, IoReason.of(failure)));
        }
    }
}
