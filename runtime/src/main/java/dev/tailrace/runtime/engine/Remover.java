package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.engine.EngineException.Kind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Removes containers with all they have.
final class Remover {
    private final ContainerTable table;
    private final Execs execs;
    private final EventLog events;

    Remover(final ContainerTable table, final Execs execs, final EventLog events) {
        this.table = table;
        this.execs = execs;
        this.events = events;
    }

    /// One that does not run. Of two who want to, the second finds it gone.
    void remove(final Container container) {
        container.operation().lock();
        try {
            if (!table.contains(container)) {
                return;
            }
            if (container.status().state() != ContainerState.REMOVING) {
                container.beginRemoval();
            }
            container.root().remove();
            delete(container.directory());
            table.remove(container);
            execs.forget(container);
        } catch (final IOException e) {
            throw new EngineException(
                    Kind.FAILED, "cannot remove container \"/" + container.name() + "\": " + e.getMessage(), e);
        } finally {
            container.operation().unlock();
        }
        container.output().end();
        events.container(container, "destroy", Map.of());
        container.completeRemoval();
    }

    /// `--rm`: nobody is there to be told that it does not work.
    void removeExited(final Container container) {
        try {
            remove(container);
        } catch (final RuntimeException e) {
            System.err.print("tailrace: " + e.getMessage() + "\n");
        }
    }

    private static void delete(final Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path visited, final @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
