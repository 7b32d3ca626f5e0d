import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;

/// Makes the product image: a Java runtime with the product linked into it, an AOT cache, the launchers, and the texts
/// that they answer without a JVM. The build runs it as a source file on the JDK whose runtime goes into the image.
///
/// Arguments: the image's directory, a directory to work in, the directory of this file, the product's own jar, and the
/// class path, whose jars go in too and whose directories do not.
final class ImageBuilder {
    private static final String MODULE = "dev.tailrace";
    private static final String SLIRP4NETNS = "dev.tailrace.tapio.slirp.Slirp4netns";
    private static final String USAGE = "dev.tailrace.tapio.slirp.Usage";
    private static final String TAILRACE = "dev.tailrace.runtime.cli.Tailrace";
    private static final String TRAINING = "dev.tailrace.runtime.training.TrainingRun";
    private static final String EXECUTABLE = "rwxr-xr-x";

    /// How the product runs; the AOT cache is trained with the same. Measurements: docs/adr/0002-image.md.
    private static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms8m",
            "-Xmx32m",
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

    private final Path image;
    private final Path sources;
    private final Path classes;
    private final Path runtime;

    private ImageBuilder(final Path image, final Path work, final Path sources) {
        this.image = image;
        this.sources = sources;
        classes = work.resolve("classes");
        runtime = image.resolve("java");
    }

    public static void main(final String[] args) throws IOException, InterruptedException {
        final Path image = Path.of(args[0]).toAbsolutePath();
        final Path work = Path.of(args[1]).toAbsolutePath();
        delete(image);
        delete(work);
        final List<String> jars = new ArrayList<>(List.of(args[3]));
        jars.addAll(List.of(args[4].split(":")));
        jars.removeIf(element -> !element.endsWith(".jar"));
        new ImageBuilder(image, work, Path.of(args[2])).build(jars);
    }

    private void build(final List<String> jars) throws IOException, InterruptedException {
        final List<Path> libraries = new ArrayList<>();
        for (final String jar : jars) {
            unpack(Path.of(jar), libraries);
        }
        tool("javac", "-d", classes.toString(), sources.resolve("module/module-info.java").toString());
        tool(
                "jlink",
                "--module-path=" + classes,
                "--add-modules=" + MODULE,
                "--strip-java-debug-attributes",
                "--no-header-files",
                "--no-man-pages",
                "--generate-cds-archive",
                "--output=" + runtime);
        for (final Path library : libraries) {
            // Where System.loadLibrary looks first: nothing is unpacked to /tmp at run time.
            Files.copy(library, runtime.resolve("lib").resolve(library.getFileName()));
        }
        runJava(List.of(), USAGE, image.resolve("share/slirp4netns").toString());
        writeLauncher("slirp4netns", SLIRP4NETNS, Files.readString(sources.resolve("shortcut.sh")));
        writeLauncher("tailrace", TAILRACE, "");
        final Path cache = runtime.resolve("lib/tailrace.aot");
        runJava(List.of("-XX:AOTCacheOutput=" + cache), TRAINING);
        if (!Files.isRegularFile(cache)) {
            throw new IOException("the training run left no " + cache);
        }
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

    private static Path extract(final JarFile file, final JarEntry entry, final Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (InputStream in = file.getInputStream(entry)) {
            Files.copy(in, target);
        }
        return target;
    }

    private void writeLauncher(final String name, final String mainClass, final String shortcut) throws IOException {
        final String text = Files.readString(sources.resolve("launcher.sh"))
                .replace("@PROGRAM@", name)
                .replace("@SHORTCUT@", shortcut)
                .replace("@FLAGS@", String.join(" ", FLAGS))
                .replace("@MAIN@", mainClass);
        final Path file = image.resolve("bin").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(EXECUTABLE));
    }

    private void runJava(final List<String> options, final String mainClass, final String... args)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(runtime.resolve("bin/java").toString());
        command.addAll(options);
        command.addAll(FLAGS);
        command.addAll(List.of("-m", MODULE + "/" + mainClass));
        command.addAll(List.of(args));
        final ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
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
