import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/// Makes the product image: a Java runtime with the product linked into it, an AOT cache, the launchers, and the texts
/// that they answer without a JVM. The build runs it as a source file on the JDK whose runtime goes into the image.
///
/// Arguments: the image's directory, a directory to work in, the directory of this file, the product's own jar, the
/// directory with `perf-reports.jar` and its `lib`, which are copied, and the class path, whose jars go in too and whose
/// directories do not.
final class ImageBuilder {
    /// What jnr-ffi, behind the process control of the benchmarks, needs. The product does not load it.
    private static final String OF_BENCH = "java.logging";

    private static final String MODULE = "dev.tailrace";
    private static final String SLIRP4NETNS = "dev.tailrace.tapio.slirp.Slirp4netns";
    private static final String USAGE = "dev.tailrace.tapio.slirp.Usage";
    private static final String TAILRACE = "dev.tailrace.runtime.cli.Tailrace";
    private static final String DAEMON = "dev.tailrace.runtime.daemon.Daemon";
    private static final String RESET = "dev.tailrace.runtime.daemon.Reset";
    private static final String TRAINING = "dev.tailrace.runtime.training.TrainingRun";
    private static final String ENGINE_TRAINING = "dev.tailrace.runtime.cli.EngineTraining";
    private static final String EXECUTABLE = "rwxr-xr-x";

    /// How the product runs; the AOT cache is trained with the same. Measurements: docs/adr/0002-image.md.
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=10",
            "-Xms8m",
            "-Xmx32m",
            "-XX:-ShrinkHeapInSteps",
            "-Xss512k",
            "-XX:ReservedCodeCacheSize=16m",
            "-XX:-UsePerfData",
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:+ErrorFileToStderr",
            "-Xlog:disable",
            "-Xlog:all=error:stderr",
            "--sun-misc-unsafe-memory-access=allow",
            "--add-opens=java.base/jdk.internal.misc=" + MODULE,
            "--enable-native-access=" + MODULE);

    /// How `tailrace daemon` runs: archives and many containers need a larger heap, and it lives long enough to have its
    /// code compiled far earlier than usual: a container that is made, started and removed goes through each method once
    /// or twice, so that at the usual 200 calls it would be interpreted for a hundred containers. Digests and copies go
    /// through theirs millions of times: these alone are worth the optimising compiler, which has SHA-256 by the
    /// processor's own instructions (ten times the rate), so that it has to wait ten times as long as usual. What
    /// compilers and threads have given back to malloc goes back to the machine, and so does the heap beyond what lives in
    /// it and a quarter of itself, when `SpareHeap` has all of it collected. What is not said here is as in
    /// [#FLAGS], since the cache is of no use to a JVM that opens other packages or collects in another way.
    private static final List<String> DAEMON_FLAGS = Stream.concat(
                    FLAGS.stream()
                            .filter(flag -> !flag.startsWith("-Xm")
                                    && !flag.startsWith("-XX:CompileThresholdScaling")
                                    && !flag.startsWith("-XX:TieredStopAtLevel")),
                    Stream.of(
                            "-Xms10m",
                            "-XX:NewSize=5m",
                            "-Xmx256m",
                            "-XX:MinHeapFreeRatio=10",
                            "-XX:MaxHeapFreeRatio=25",
                            "-XX:TrimNativeHeapInterval=10000",
                            "-XX:Tier0InvokeNotifyFreqLog=2",
                            "-XX:Tier3InvocationThreshold=4",
                            "-XX:Tier3MinInvocationThreshold=3",
                            "-XX:Tier3CompileThreshold=40",
                            "-XX:Tier3BackEdgeThreshold=2000",
                            "-XX:Tier4InvocationThreshold=50000",
                            "-XX:Tier4MinInvocationThreshold=6000",
                            "-XX:Tier4CompileThreshold=150000",
                            "-XX:Tier4BackEdgeThreshold=400000"))
            .map(flag -> flag.startsWith("-XX:ReservedCodeCacheSize") ? "-XX:ReservedCodeCacheSize=32m" : flag)
            .toList();

    /// How `tailrace bench` runs: what jnr-posix needs is not to be warned of.
    private static final List<String> BENCH_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-XX:-UsePerfData",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    /// What sandbox.sh has found.
    private static final String ENTER = "$enter ${namespace:+\"--user=$namespace\"} ";

    /// For the training only: profiles in the cache would have the JVM compile at start what ran while training.
    private static final List<String> WITHOUT_PROFILES =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");

    /// Without the remark at the end of the line whether the form was there.
    private static final Pattern RESOLVED_FORM = Pattern.compile("(\\[(?:LF|SPECIES)_RESOLVE] [^(]*[^( ])");

    private static final List<String> TRACE_METHOD_HANDLES =
            List.of("-Xshare:off", "-Djava.lang.invoke.MethodHandle.TRACE_RESOLVE=true");

    private final Path image;
    private final Path sources;
    private final Path work;
    private final Path classes;
    private final Path runtime;

    private ImageBuilder(final Path image, final Path work, final Path sources) {
        this.image = image;
        this.sources = sources;
        this.work = work;
        classes = work.resolve("classes");
        runtime = image.resolve("java");
    }

    public static void main(final String[] args) throws IOException, InterruptedException {
        final Path image = Path.of(args[0]).toAbsolutePath();
        final Path work = Path.of(args[1]).toAbsolutePath();
        delete(image);
        delete(work);
        final List<String> jars = new ArrayList<>(List.of(args[3]));
        jars.addAll(List.of(args[5].split(":")));
        jars.removeIf(element -> !element.endsWith(".jar"));
        final ImageBuilder builder = new ImageBuilder(image, work, Path.of(args[2]));
        builder.build(jars);
        builder.addBench(Path.of(args[4]));
        builder.addBuild();
    }

    /// What `docker version` shows of the build, where the sources are in a repository of git.
    private void addBuild() throws IOException, InterruptedException {
        final Path file = Files.createDirectories(image.resolve("share/tailrace")).resolve("build.properties");
        Files.writeString(
                file, "commit=" + commit() + "\nbuilt=" + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n");
    }

    private String commit() throws InterruptedException {
        try {
            final Process git = new ProcessBuilder("git", "-C", sources.toString(), "rev-parse", "--short=7", "HEAD")
                    .redirectError(Redirect.DISCARD)
                    .start();
            final String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? commit : "unknown";
        } catch (final IOException e) {
            return "unknown"; // no git here
        }
    }

    private void build(final List<String> jars) throws IOException, InterruptedException {
        final List<Path> libraries = new ArrayList<>();
        for (final String jar : jars) {
            unpack(Path.of(jar), libraries);
        }
        modernizeClasses();
        tool("javac", "-d", classes.toString(), sources.resolve("module/module-info.java").toString());
        tool(
                "jlink",
                "--module-path=" + classes,
                "--add-modules=" + MODULE + "," + OF_BENCH,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--output=" + runtime);
        for (final Path library : libraries) {
            // Where System.loadLibrary looks first: nothing is unpacked to /tmp at run time.
            Files.copy(library, runtime.resolve("lib").resolve(library.getFileName()));
        }
        runJava(Redirect.INHERIT, List.of(), USAGE, image.resolve("share/slirp4netns").toString());
        writeLauncher("slirp4netns", SLIRP4NETNS, ENTER, "shortcut.sh", "sandbox.sh");
        writeLauncher("tailrace", TAILRACE, "", "bench.sh", "daemon.sh");
        // The drop-in's start does not pay for the engine's classes: each program has a cache of its own.
        makeCache("slirp4netns", TRAINING);
        makeCache("tailrace", ENGINE_TRAINING);
    }

    /// The benchmarks measure the product as a program, so they are beside it and not in it.
    private void addBench(final Path built) throws IOException {
        final Path target = Files.createDirectories(image.resolve("share/bench/lib"));
        Files.copy(built.resolve("perf-reports.jar"), target.resolveSibling("perf-reports.jar"));
        try (Stream<Path> libraries = Files.list(built.resolve("lib"))) {
            for (final Path library : libraries.toList()) {
                Files.copy(library, target.resolve(library.getFileName()));
            }
        }
    }

    private void makeCache(final String program, final String training) throws IOException, InterruptedException {
        final Path cache = runtime.resolve("lib").resolve(program + ".aot");
        listMethodHandleForms(training);
        final List<String> options = new ArrayList<>(WITHOUT_PROFILES);
        options.add("-XX:AOTCacheOutput=" + cache);
        runJava(Redirect.INHERIT, options, training);
        if (!Files.isRegularFile(cache)) {
            throw new IOException("the training run left no " + cache);
        }
    }

    /// Has the cache hold the code of the method handles that a start makes. JDK 25 takes their forms from the class list
    /// of the runtime only, not from what the training does; without that each start spins some thirty classes.
    private void listMethodHandleForms(final String training) throws IOException, InterruptedException {
        final Path trace = work.resolve("method-handles.txt");
        runJava(Redirect.to(trace.toFile()), TRACE_METHOD_HANDLES, training);
        final Set<String> lines = new TreeSet<>();
        for (final String line : Files.readAllLines(trace)) {
            final Matcher form = RESOLVED_FORM.matcher(line);
            if (form.lookingAt()) {
                lines.add("@lambda-form-invoker " + form.group(1));
            }
        }
        if (lines.isEmpty()) {
            throw new IOException("no method handle in " + trace);
        }
        Files.write(runtime.resolve("lib/classlist"), lines, StandardOpenOption.APPEND);
    }

    /// Unpacks classes and resources, puts licences beside the product, and finds this machine's native libraries.
    private void unpack(final Path jar, final List<Path> libraries) throws IOException {
        final String name = jar.getFileName().toString();
        final String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch_64";
        try (JarFile file = new JarFile(jar.toFile())) {
            for (final JarEntry entry : Collections.list(file.entries())) {
                final String path = entry.getName();
                if (entry.isDirectory() || path.equals("module-info.class")) {
                    continue;
                }
                if (path.startsWith("META-INF/native/") && path.endsWith("_" + machine + ".so")) {
                    libraries.add(extract(file, entry, classes.resolveSibling(path)));
                } else if (path.matches("META-INF/(LICENSE|NOTICE)[^/]*|META-INF/license/.*")) {
                    extract(file, entry, image.resolve("legal").resolve(name).resolve(path.substring(9)));
                } else if (!path.startsWith("META-INF/")) {
                    extract(file, entry, classes.resolve(path));
                }
            }
        }
    }

    /// Gives classes from before Java 6 (picocli's) the stack maps of today: the AOT cache does not take what the JVM
    /// verifies as it did then, and a command of ours would read 190 classes more.
    private void modernizeClasses() throws IOException {
        final ClassFile format = ClassFile.of(
                ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(this::unpacked)
                        .orElse(ClassHierarchyResolver.defaultResolver())));
        final ClassTransform newer =
                ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen((builder, element) -> {
                    if (element instanceof ClassFileVersion) {
                        builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
                    } else {
                        builder.with(element);
                    }
                });
        final List<Path> files;
        try (Stream<Path> tree = Files.walk(classes)) {
            files = tree.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (final Path file : files) {
            final ClassModel model = format.parse(file);
            if (model.majorVersion() < ClassFile.JAVA_6_VERSION) {
                Files.write(file, format.transformClass(model, newer));
            }
        }
    }

    private InputStream unpacked(final ClassDesc type) {
        final String descriptor = type.descriptorString();
        final Path file = classes.resolve(descriptor.substring(1, descriptor.length() - 1) + ".class");
        try {
            return Files.exists(file) ? Files.newInputStream(file) : null;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path extract(final JarFile file, final JarEntry entry, final Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, target);
        }
        return target;
    }

    /// @param enter words of the shell that the Java runtime is started through
    /// @param parts files of the shell for what comes before
    private void writeLauncher(
            final String name, final String mainClass, final String enter, final String... parts) throws IOException {
        final StringBuilder shortcut = new StringBuilder();
        for (final String part : parts) {
            shortcut.append(Files.readString(sources.resolve(part)));
        }
        final String text = Files.readString(sources.resolve("launcher.sh"))
                .replace("@SHORTCUT@", shortcut)
                .replace("@PROGRAM@", name)
                .replace("@ENTER@", enter)
                .replace("@BENCH_FLAGS@", String.join(" ", BENCH_FLAGS))
                .replace("@DAEMON_FLAGS@", String.join(" ", DAEMON_FLAGS))
                .replace("@DAEMON@", DAEMON)
                .replace("@RESET@", RESET)
                .replace("@FLAGS@", String.join(" ", FLAGS))
                .replace("@MAIN@", mainClass);
        final Path file = image.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(EXECUTABLE));
    }

    private void runJava(
            final Redirect output, final List<String> options, final String mainClass, final String... args)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(runtime.resolve("bin/java").toString());
        command.addAll(options);
        command.addAll(FLAGS);
        command.addAll(List.of("-m", MODULE + "/" + mainClass));
        command.addAll(List.of(args));
        final ProcessBuilder builder = new ProcessBuilder(command).inheritIO().redirectOutput(output);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        final int status = builder.start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with status " + status);
        }
    }

    private static void tool(final String name, final String... args) throws IOException {
        final int status = ToolProvider.findFirst(name).orElseThrow().run(System.out, System.err, args);
        if (status != 0) {
            throw new IOException(name + " " + String.join(" ", args) + " ended with status " + status);
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
            public FileVisitResult postVisitDirectory(final Path path, final IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(path);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
