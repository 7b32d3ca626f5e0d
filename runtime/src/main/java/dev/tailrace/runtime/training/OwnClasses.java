package dev.tailrace.runtime.training;

import java.io.IOException;
import java.lang.module.ModuleReader;
import java.util.stream.Stream;

/// What a training cannot reach, such as a main program, whose end is not one of the JVM: the cache takes what is
/// loaded.
public final class OwnClasses {
    private static final String CLASS_SUFFIX = ".class";

    private OwnClasses() {}

    /// Loads every class below a directory of our module. Outside the image there is no module to list, and no cache.
    ///
    /// @param prefix such as `dev/tailrace/tapio/`
    public static void load(final String prefix) throws IOException {
        final ModuleLayer layer = OwnClasses.class.getModule().getLayer();
        if (layer == null) {
            return;
        }
        final String module = OwnClasses.class.getModule().getName();
        try (ModuleReader reader = layer.configuration()
                        .findModule(module)
                        .orElseThrow()
                        .reference()
                        .open();
                Stream<String> resources = reader.list()) {
            for (final String resource : resources.toList()) {
                if (resource.startsWith(prefix) && resource.endsWith(CLASS_SUFFIX)) {
                    loadClass(resource.substring(0, resource.length() - CLASS_SUFFIX.length())
                            .replace('/', '.'));
                }
            }
        }
    }

    private static void loadClass(final String name) {
        try {
            Class.forName(name, false, OwnClasses.class.getClassLoader());
        } catch (final ClassNotFoundException e) {
            throw new IllegalStateException("listed in the module, but not there", e);
        }
    }
}
