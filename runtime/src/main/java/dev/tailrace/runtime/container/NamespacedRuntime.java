package dev.tailrace.runtime.container;

import dev.tailrace.runtime.container.seccomp.SeccompPrograms;
import dev.tailrace.tapio.linux.Errno;
import dev.tailrace.tapio.linux.Fd;
import dev.tailrace.tapio.linux.LinuxException;
import dev.tailrace.tapio.linux.Syscall;
import dev.tailrace.tapio.linux.SyscallNumber;
import dev.tailrace.tapio.stub.Spawn;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/// Starts containers as children of this process, which is root in a user namespace of its own.
public final class NamespacedRuntime implements ContainerRuntime {
    /// openat2 answers EAGAIN when somebody renames or mounts while it climbs; that is over soon.
    private static final int MOST_ATTEMPTS = 16;

    private static final long NAMESPACES =
            Spawn.CLONE_NEWNS | Spawn.CLONE_NEWPID | Spawn.CLONE_NEWIPC | Spawn.CLONE_NEWUTS;

    private final IdMaps maps = IdMaps.own();
    private final IgnoredSignals ignored = IgnoredSignals.own();
    private final ProcessSetup setup = new ProcessSetup(new SeccompPrograms(), maps);
    private final ExitWatcher watcher = new ExitWatcher();
    private final StarterThreads starters = new StarterThreads();
    private final ControlGroups.Found groups;

    /// Without limits.
    public NamespacedRuntime() {
        this(ControlGroups.Found.none("the engine uses no control groups"));
    }

    /// @param groups for limits
    public NamespacedRuntime(final ControlGroups.Found groups) {
        this.groups = groups;
    }

    @Override
    public boolean hasLimits() {
        return groups.groups().isPresent();
    }

    @Override
    public String obstacleTo(final Resources resources) {
        return groups.obstacleTo(resources);
    }

    @Override
    public void limit(final String id, final Resources resources) {
        groups.groups().ifPresentOrElse(known -> known.limit(id, resources), () -> {
            throw new StartException(StartException.OTHER, "no limits: " + groups.obstacle());
        });
    }

    @Override
    public ContainerProcess start(final ContainerSpec spec) {
        return translate(() -> {
            final PseudoTerminals terminals = PseudoTerminals.mount(maps.hasTtyGroup());
            try {
                return start(spec, terminals);
            } catch (final RuntimeException e) {
                terminals.close();
                throw e;
            }
        });
    }

    private NamespacedProcess start(final ContainerSpec spec, final PseudoTerminals terminals) {
        final ProcessSpec process = spec.process();
        final boolean isOwnNetwork = spec.networkNamespaceFd().isPresent();
        final Identity identity = identity(process, new RootFiles(spec.root(), spec.mounts()));
        final StandardStreams streams = streams(process, terminals, identity);
        final Optional<ControlGroup> group = groups.groups().map(known -> known.create(spec.id(), spec.resources()));
        final int lengthBytes = ProcessSetup.lengthBytes(process) + RootFileSystem.lengthBytes(spec.mounts());
        try (ChildProgram child = new ChildProgram(lengthBytes)) {
            ParentDeath.append(child);
            ignored.appendReset(child);
            group.ifPresent(own -> enterGroup(child, own.processes()));
            // The namespace begins with the group that its maker is in, and one cannot leave it for another group.
            child.add("unshare", "control groups", SyscallNumber.UNSHARE, Spawn.CLONE_NEWCGROUP);
            spec.networkNamespaceFd()
                    .ifPresent(fd ->
                            child.add("enter the network namespace", "", SyscallNumber.SETNS, fd, Spawn.CLONE_NEWNET));
            appendRoot(child, spec, terminals);
            final Spawn spawn;
            if (spec.hasInit()) {
                try (InitPipe pipe = new InitPipe()) {
                    final Execution execution =
                            setup.append(child, process, identity, streams, OptionalInt.of(pipe.childFd()), true);
                    spawn = starters.start(() -> spawn(child, NAMESPACES, execution));
                    pipe.await(spawn, execution);
                }
            } else {
                final Execution execution = setup.append(child, process, identity, streams, OptionalInt.empty(), true);
                spawn = starters.start(() -> spawn(child, NAMESPACES, execution));
            }
            final NamespacedProcess.Container container = new NamespacedProcess.Container(
                    PidNamespace.of(spawn.pid()).orElse(""), terminals, isOwnNetwork, group);
            final NamespacedProcess first = watched(new NamespacedProcess(spawn, streams, container), true);
            groups.groups().ifPresent(known -> first.exit().whenComplete((_, _) -> removeGroup(known, spec.id())));
            return first;
        } catch (final RuntimeException e) {
            streams.close();
            groups.groups().ifPresent(known -> removeGroup(known, spec.id()));
            throw e;
        } finally {
            streams.closeChildFds();
        }
    }

    /// By the child itself, before it can have children of its own (`0` is who writes).
    private static void enterGroup(final ChildProgram child, final Path procs) {
        final String path = procs.toString();
        final int file = child.add(
                "open",
                path,
                SyscallNumber.OPENAT,
                ChildProgram.AT_FDCWD,
                child.text(path),
                Fd.O_WRONLY | Fd.O_CLOEXEC);
        child.addOn(file, "enter the control group", path, SyscallNumber.WRITE, 0, child.text("0"), 1);
    }

    private static void removeGroup(final ControlGroups groups, final String id) {
        try {
            groups.remove(id);
        } catch (final UncheckedIOException e) {
            System.err.print("tailrace: " + e.getMessage() + "\n");
        }
    }

    private static void appendRoot(
            final ChildProgram child, final ContainerSpec spec, final PseudoTerminals terminals) {
        final boolean isOwnNetwork = spec.networkNamespaceFd().isPresent();
        final String hostname = spec.hostname();
        child.add("umask", "", SyscallNumber.UMASK, 0);
        final int length = hostname.getBytes(StandardCharsets.UTF_8).length;
        child.add("sethostname", hostname, SyscallNumber.SETHOSTNAME, child.text(hostname), length);
        final RootFileSystem root = new RootFileSystem(child, spec.root().toString());
        final int proc = root.mountProc();
        root.mountDev(terminals.fd(), spec.sharedMemoryBytes(), spec.process().hasTerminal());
        final int sys = root.mountSys(isOwnNetwork, spec.isPrivileged());
        root.mount(spec.mounts(), NamespacedRuntime::isDirectory);
        Sysctls.append(child, proc, spec.sysctls(), isOwnNetwork);
        if (!spec.isPrivileged()) {
            final PathProtection protection = new PathProtection(child, proc, sys);
            protection.mask();
            protection.makeReadOnly();
        }
        root.pivot(spec.isRootReadOnly());
    }

    private static boolean isDirectory(final MountSpec.Bind bind) {
        final Path source = bind.source();
        if (!Files.exists(source)) {
            throw new StartException(
                    StartException.OTHER,
                    "invalid mount config for type \"bind\": bind source path does not exist: " + source);
        }
        return Files.isDirectory(source);
    }

    @Override
    public ContainerProcess execute(final ContainerProcess container, final ProcessSpec spec) {
        if (!(container instanceof final NamespacedProcess first)) {
            throw new IllegalArgumentException("a process of another runtime");
        }
        // A thread's children are where it says with setns; it cannot come back, so it ends.
        final FutureTask<ContainerProcess> task = new FutureTask<>(() -> translate(() -> execute(first, spec)));
        Thread.ofPlatform().daemon().name("container-exec").start(task);
        try {
            return task.get();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException(StartException.OTHER, "interrupted");
        } catch (final ExecutionException e) {
            if (e.getCause() instanceof final StartException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private NamespacedProcess execute(final NamespacedProcess first, final ProcessSpec spec) {
        final NamespacedProcess.Container container = first.container();
        final NamespacedProcess[] result = new NamespacedProcess[1];
        final boolean isRunning = first.whileKnown(pidFd -> {
            final Path root = Path.of("/proc/" + first.pid() + "/root");
            final Identity identity = identity(spec, new RootFiles(root, List.of()));
            final StandardStreams streams = streams(spec, container.terminals(), identity);
            try (ChildProgram child = new ChildProgram(ProcessSetup.lengthBytes(spec))) {
                result[0] = watched(
                        new NamespacedProcess(
                                enter(child, pidFd, container, spec, identity, streams), streams, container),
                        false);
            } catch (final RuntimeException e) {
                streams.close();
                throw e;
            } finally {
                streams.closeChildFds();
            }
        });
        if (!isRunning) {
            throw new StartException(StartException.OTHER, "the container is not running");
        }
        return result[0];
    }

    private Spawn enter(
            final ChildProgram child,
            final int pidFd,
            final NamespacedProcess.Container container,
            final ProcessSpec spec,
            final Identity identity,
            final StandardStreams streams) {
        ignored.appendReset(child);
        container.group().ifPresent(group -> enterGroup(child, group.processes()));
        final long namespaces = Spawn.CLONE_NEWNS
                | Spawn.CLONE_NEWIPC
                | Spawn.CLONE_NEWUTS
                | Spawn.CLONE_NEWCGROUP
                | (container.isOwnNetwork() ? Spawn.CLONE_NEWNET : 0);
        child.add("enter the container's namespaces", "", SyscallNumber.SETNS, pidFd, namespaces);
        final Execution execution = setup.append(child, spec, identity, streams, OptionalInt.empty(), false);
        Syscall.check(
                Syscall.call(SyscallNumber.SETNS, pidFd, Spawn.CLONE_NEWPID),
                "enter the container's process namespace",
                "");
        return spawn(child, 0, execution);
    }

    private Identity identity(final ProcessSpec spec, final RootFiles files) {
        final Identity identity = new Users(files).find(spec.user(), spec.additionalGroups());
        maps.check(identity);
        return identity;
    }

    private static StandardStreams streams(
            final ProcessSpec spec, final PseudoTerminals terminals, final Identity identity) {
        final StandardStreams streams =
                spec.hasTerminal() ? StandardStreams.terminal(terminals) : StandardStreams.pipes(spec.isInputOpen());
        spec.terminalSize().ifPresent(size -> streams.resize(size.rows(), size.columns()));
        if (identity.uid() != 0) {
            streams.giveTo(identity.uid());
        }
        return streams;
    }

    private NamespacedProcess watched(final NamespacedProcess process, final boolean isFirst) {
        process.watch(watcher, isFirst);
        return process;
    }

    private static Spawn spawn(final ChildProgram child, final long namespaces, final Execution execution) {
        for (int attempt = 1; ; attempt++) {
            try {
                return child.spawn(namespaces);
            } catch (final LinuxException e) {
                if (e.errno() != Errno.EAGAIN || !e.call().equals("open") || attempt == MOST_ATTEMPTS) {
                    throw execution.failure(e);
                }
            }
        }
    }

    /// What has no words of its own yet gets the kernel's.
    private static <T> T translate(final Supplier<T> action) {
        try {
            return action.get();
        } catch (final LinuxException e) {
            throw new StartException(
                    StartException.OTHER,
                    (e.object().isEmpty() ? e.call() : e.call() + " " + e.object()) + ": "
                            + Errno.text(e.errno()).toLowerCase(Locale.ROOT));
        }
    }
}
