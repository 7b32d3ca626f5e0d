package dev.tailrace.perf.backend;

import dev.tailrace.perf.bundle.FreshRoot;
import dev.tailrace.perf.bundle.OciOperations;
import dev.tailrace.perf.bundle.TestRoot;
import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.lab.LabException;
import dev.tailrace.perf.lab.Namespace;
import dev.tailrace.perf.lab.Programs;
import dev.tailrace.perf.lab.Route;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.matrix.Operation;
import dev.tailrace.perf.matrix.TrafficPath;
import dev.tailrace.perf.result.BackendIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// crun or runc alone, on bundles of the same root directory. There is no engine, no image, no network and no log
/// around it.
public final class OciBackend implements Backend {
    private static final Set<Operation> OF_RUNTIMES = EnumSet.of(
            Operation.START,
            Operation.FIRST_OUTPUT,
            Operation.EXEC,
            Operation.STOP,
            Operation.DOCKER_RUN,
            Operation.FIRST_WRITE,
            Operation.SMALL_FILES);

    private static final Set<Operation> OF_FILES = EnumSet.of(Operation.FIRST_WRITE, Operation.SMALL_FILES);

    private final String id;
    private final Path program;
    private final Optional<Path> fuse;
    private final Path scratch;

    /// @param program crun or runc
    /// @param fuse fuse-overlayfs, for the operations on files alone; without it root directories are copied
    /// @param scratch directory of this session, on a disk
    public OciBackend(final String id, final Path program, final Optional<Path> fuse, final Path scratch) {
        this.id = id;
        this.program = program;
        this.fuse = fuse;
        this.scratch = scratch;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public BackendIdentity.Role role() {
        return BackendIdentity.Role.PEER;
    }

    @Override
    public boolean warmsUp() {
        return false;
    }

    @Override
    public boolean carries(final Cell cell) {
        return cell.operation()
                .filter((fuse.isPresent() ? OF_FILES : OF_RUNTIMES)::contains)
                .isPresent();
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        Lab.mountControlGroups();
        final Path directory = scratch.resolve(id.replaceAll("[^a-z0-9-]", "_"));
        final TestRoot root = TestRoot.in(scratch);
        final FreshRoot fresh = new FreshRoot(directory.resolve("fresh"), root, fuse);
        return new OciLink(new OciOperations(command(directory), directory, root, fresh));
    }

    private List<String> command(final Path directory) {
        final List<String> command = new ArrayList<>(
                List.of(program.toString(), "--root", directory.resolve("state").toString()));
        if (isCrun()) {
            command.addAll(List.of("--cgroup-manager", "disabled"));
        }
        return command;
    }

    private boolean isCrun() {
        return program.getFileName().toString().equals("crun");
    }

    private BackendIdentity identity() {
        final Path resolved = Programs.resolve(program);
        final String version = Evidence.version(program);
        final String settings = fuse.map(layers -> "on " + Evidence.version(layers) + Evidence.packageOf(layers))
                .orElse("root directory copied for each container that is written to");
        final boolean isItself = version.startsWith(isCrun() ? "crun version " : "runc version ");
        return new BackendIdentity(
                id,
                role(),
                resolved.toString(),
                Evidence.sha256(resolved),
                version + Evidence.packageOf(resolved),
                settings,
                "a process for each operation",
                String.join(" ", command(Path.of("DIRECTORY"))),
                "",
                isItself ? List.of() : List.of("%s says it is '%s'".formatted(program, version)));
    }

    private final class OciLink implements Link {
        private final OciOperations operations;

        OciLink(final OciOperations operations) {
            this.operations = operations;
        }

        @Override
        public Route route(final TrafficPath path) {
            throw new LabException(id + " carries no traffic");
        }

        @Override
        public long perform(final Operation operation) {
            return operations.perform(operation);
        }

        @Override
        public Optional<Namespace> guest() {
            return Optional.empty();
        }

        @Override
        public Optional<ProcessHandle> process() {
            return Optional.empty();
        }

        @Override
        public BackendIdentity identity() {
            return OciBackend.this.identity();
        }

        @Override
        public boolean isAlive() {
            return true;
        }

        @Override
        public void close() {
            operations.close();
        }
    }
}
