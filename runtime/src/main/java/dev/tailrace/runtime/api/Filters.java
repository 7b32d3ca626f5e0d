package dev.tailrace.runtime.api;

import dev.tailrace.runtime.engine.EngineException;
import dev.tailrace.runtime.engine.EngineException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The query parameter `filters`: `{"name":{"web":true}}` from Docker's client, `{"name":["web"]}` from the libraries.
record Filters(Map<String, List<String>> byName) {
    static Filters parse(final String json, final Set<String> known) {
        final Fields fields = Fields.parse(json);
        final Map<String, List<String>> filters = new LinkedHashMap<>();
        for (final String name : fields.names()) {
            if (!known.contains(name)) {
                throw new EngineException(Kind.INVALID, "invalid filter '" + name + "'");
            }
            filters.put(name, values(fields, name));
        }
        return new Filters(filters);
    }

    /// Empty if it is not filtered by.
    List<String> values(final String name) {
        return byName.getOrDefault(name, List.of());
    }

    /// Whether one of the values applies, or there is none.
    boolean any(final String name, final Predicate<String> applies) {
        final List<String> values = values(name);
        return values.isEmpty() || values.stream().anyMatch(applies);
    }

    /// Whether all `label` filters, each `NAME` or `NAME=VALUE`, apply.
    boolean matchLabels(final Map<String, String> labels) {
        return values("label").stream().allMatch(wanted -> hasLabel(labels, wanted));
    }

    /// Whether none of the `label!` filters applies.
    boolean matchNoLabels(final Map<String, String> labels) {
        return values("label!").stream().noneMatch(unwanted -> hasLabel(labels, unwanted));
    }

    private static boolean hasLabel(final Map<String, String> labels, final String wanted) {
        final int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }

    private static List<String> values(final Fields fields, final String name) {
        if (!(fields.raw(name) instanceof final Map<?, ?> map)) {
            return fields.strings(name);
        }
        final List<String> values = new ArrayList<>();
        map.forEach((value, isSet) -> {
            if (!Boolean.FALSE.equals(isSet)) {
                values.add(String.valueOf(value));
            }
        });
        return values;
    }
}
