package dev.tailrace.runtime.container;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Runs the test methods of the classes that are named, and prints a line for each: `PASS method` or
/// `FAIL method: reason`. JUnit itself cannot be asked to enter a user namespace.
final class InNamespace {
    private InNamespace() {}

    public static void main(final String... classes) throws Exception {
        for (final String name : classes) {
            final Class<?> type = Class.forName(name);
            for (final Method method : Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList()) {
                System.out.println(run(type, method));
            }
        }
        // The runtime's thread is a daemon.
        System.exit(0);
    }

    private static String run(final Class<?> type, final Method method) throws Exception {
        final Path directory = Files.createTempDirectory("container-it");
        try {
            final var constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            final Object test = constructor.newInstance();
            final var field = type.getDeclaredField("directory");
            field.setAccessible(true);
            field.set(test, directory);
            invokeAll(type, test, BeforeEach.class);
            try {
                method.setAccessible(true);
                method.invoke(test);
            } finally {
                invokeAll(type, test, AfterEach.class);
            }
            return "PASS " + method.getName();
        } catch (final InvocationTargetException e) {
            e.getCause().printStackTrace();
            return "FAIL " + method.getName() + ": "
                    + String.valueOf(e.getCause().getMessage()).replace('\n', ' ');
        } finally {
            remove(directory);
        }
    }

    private static void invokeAll(
            final Class<?> type, final Object test, final Class<? extends java.lang.annotation.Annotation> kind)
            throws ReflectiveOperationException {
        for (final Method method : type.getDeclaredMethods()) {
            if (method.isAnnotationPresent(kind)) {
                method.setAccessible(true);
                method.invoke(test);
            }
        }
    }

    private static void remove(final Path directory) throws Exception {
        final List<Path> all;
        try (Stream<Path> paths = Files.walk(directory)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : all) {
            Files.delete(path);
        }
    }
}
