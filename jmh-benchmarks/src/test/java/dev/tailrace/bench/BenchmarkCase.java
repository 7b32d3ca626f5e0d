package dev.tailrace.bench;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/// One benchmark with one choice of its parameters, to be called without JMH.
///
/// @param parameters name to value as the annotation has it
record BenchmarkCase(Class<?> type, String method, Map<String, String> parameters) {

    /// A benchmark ready to be called.
    ///
    /// @param call the method itself, without reflection
    /// @param object that the method is of
    record Ready(Runnable call, Object object) {}

    /// Everything in JMH's list, with every choice of parameters.
    static List<BenchmarkCase> all() throws ReflectiveOperationException {
        final List<BenchmarkCase> cases = new ArrayList<>();
        final var silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
        for (final BenchmarkListEntry entry : BenchmarkList.defaultList().getAll(silent, List.of())) {
            final Class<?> type = Class.forName(entry.getUserClassQName());
            final String method = entry.getUsername().substring(type.getName().length() + 1);
            for (final Map<String, String> parameters : choices(type)) {
                cases.add(new BenchmarkCase(type, method, parameters));
            }
        }
        return cases;
    }

    /// Class and method, as JMH prints it.
    String name() {
        return type.getName() + "." + method;
    }

    /// Makes the object, gives it its parameters and sets it up.
    Ready ready() throws Throwable {
        final Object object = type.getConstructor().newInstance();
        for (final Map.Entry<String, String> parameter : parameters.entrySet()) {
            final Field field = type.getDeclaredField(parameter.getKey());
            field.setAccessible(true);
            field.setInt(object, Integer.parseInt(parameter.getValue()));
        }
        callAll(object, Setup.class);
        final MethodHandles.Lookup lookup = MethodHandles.lookup();
        final MethodHandle handle = lookup.unreflect(type.getMethod(method));
        final Runnable call = (Runnable) LambdaMetafactory.metafactory(
                        lookup,
                        "run",
                        MethodType.methodType(Runnable.class, type),
                        MethodType.methodType(void.class),
                        handle,
                        MethodType.methodType(void.class))
                .getTarget()
                .invoke(object);
        return new Ready(call, object);
    }

    /// Tears the object down.
    void finish(final Ready ready) throws ReflectiveOperationException {
        callAll(ready.object(), TearDown.class);
    }

    private void callAll(final Object object, final Class<? extends java.lang.annotation.Annotation> marked)
            throws ReflectiveOperationException {
        for (final Method each : type.getMethods()) {
            if (each.isAnnotationPresent(marked)) {
                each.invoke(object);
            }
        }
    }

    private static List<Map<String, String>> choices(final Class<?> type) {
        List<Map<String, String>> choices = List.of(Map.of());
        for (final Field field : type.getDeclaredFields()) {
            final Param param = field.getAnnotation(Param.class);
            if (param != null) {
                choices = with(choices, field.getName(), param.value());
            }
        }
        return choices;
    }

    private static List<Map<String, String>> with(
            final List<Map<String, String>> choices, final String name, final String... values) {
        final List<Map<String, String>> more = new ArrayList<>();
        for (final Map<String, String> choice : choices) {
            for (final String value : values) {
                final Map<String, String> extended = new LinkedHashMap<>(choice);
                extended.put(name, value);
                more.add(Collections.unmodifiableMap(extended));
            }
        }
        return more;
    }

    @Override
    public String toString() {
        return name().substring(BenchmarkDefaults.class.getPackageName().length() + 1) + parameters;
    }
}
