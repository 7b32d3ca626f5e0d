package dev.tailrace.netstack.planted;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// A class loader with the project's classes, main and test, in which the patched ones stand in the place of those
/// built. Everything else comes from the loader of the tests, so that JUnit is the same one.
final class PlantedClasses extends URLClassLoader {
    private static final String OURS = "dev.tailrace.";

    private final Map<String, byte[]> planted;

    private PlantedClasses(final URL[] classPath, final Map<String, byte[]> planted) {
        super(classPath, PlantedClasses.class.getClassLoader());
        this.planted = planted;
    }

    /// Compiles the patched sources in memory.
    static PlantedClasses compile(final PlantedBug bug) {
        final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        final DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        final StandardJavaFileManager files = compiler.getStandardFileManager(diagnostics, null, null);
        final Memory memory = new Memory(files);
        final List<Source> sources = new ArrayList<>();
        bug.sources().forEach((file, text) -> sources.add(new Source(file, text)));
        final List<String> options = List.of("-proc:none", "-implicit:none", "-cp", classPath());
        if (!compiler.getTask(null, memory, diagnostics, options, null, sources).call()) {
            final StringBuilder text = new StringBuilder(bug + " does not compile:");
            for (final Diagnostic<?> diagnostic : diagnostics.getDiagnostics()) {
                text.append('\n').append(diagnostic);
            }
            throw new AssertionError(text.toString());
        }
        final Map<String, byte[]> classes = new HashMap<>();
        memory.written.forEach((name, out) -> classes.put(name, out.toByteArray()));
        return new PlantedClasses(urls(), classes);
    }

    @Override
    protected Class<?> loadClass(final String name, final boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (!name.startsWith(OURS)) {
                return super.loadClass(name, resolve);
            }
            final Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(final String name) throws ClassNotFoundException {
        final byte[] bytes = planted.get(name);
        return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }

    private static URL[] urls() {
        final List<URL> urls = new ArrayList<>();
        for (final String entry : classPath().split(File.pathSeparator)) {
            try {
                urls.add(new File(entry).toURI().toURL());
            } catch (final MalformedURLException e) {
                throw new IllegalStateException("class path entry " + entry, e);
            }
        }
        return urls.toArray(new URL[0]);
    }

    private static final class Source extends SimpleJavaFileObject {
        private static final String ROOT = "src/main/java/";
        private final String text;

        Source(final String file, final String text) {
            super(URI.create("string:///" + file.substring(file.indexOf(ROOT) + ROOT.length())), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(final boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Memory extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

        Memory(final StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                final JavaFileManager.Location location,
                final String className,
                final JavaFileObject.Kind kind,
                final FileObject sibling) {
            final ByteArrayOutputStream out = new ByteArrayOutputStream();
            written.put(className, out);
            return new SimpleJavaFileObject(URI.create("memory:///" + className.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return out;
                }
            };
        }
    }
}
