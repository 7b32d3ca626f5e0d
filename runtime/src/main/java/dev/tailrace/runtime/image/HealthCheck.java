package dev.tailrace.runtime.image;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How a container says that it is well: `HEALTHCHECK` of an image, `--health-cmd` and the like. Zero is Docker's
/// default.
///
/// @param test `NONE`; `CMD` with a program and its arguments; `CMD-SHELL` with a line for the shell; or empty
/// @param startPeriodNs failures before the first success do not count meanwhile
/// @param startIntervalNs between the tests of the start period
/// @param retries failures, one after the other, that make it unhealthy
public record HealthCheck(
        List<String> test, long intervalNs, long timeoutNs, long startPeriodNs, long startIntervalNs, int retries) {
    public HealthCheck {
        test = List.copyOf(test);
    }

    /// Whether there is nothing to be tested.
    public boolean isNone() {
        return test.isEmpty() || test.getFirst().equals("NONE");
    }

    /// What this one leaves out is the other's.
    public HealthCheck over(final HealthCheck base) {
        return new HealthCheck(
                test.isEmpty() ? base.test : test,
                intervalNs == 0 ? base.intervalNs : intervalNs,
                timeoutNs == 0 ? base.timeoutNs : timeoutNs,
                startPeriodNs == 0 ? base.startPeriodNs : startPeriodNs,
                startIntervalNs == 0 ? base.startIntervalNs : startIntervalNs,
                retries == 0 ? base.retries : retries);
    }

    /// `Healthcheck` of the Engine API and of images.
    public Map<String, Object> json() {
        final Map<String, Object> json = new LinkedHashMap<>();
        if (!test.isEmpty()) {
            json.put("Test", test);
        }
        put(json, "Interval", intervalNs);
        put(json, "Timeout", timeoutNs);
        put(json, "StartPeriod", startPeriodNs);
        put(json, "StartInterval", startIntervalNs);
        put(json, "Retries", retries);
        return json;
    }

    private static void put(final Map<String, Object> json, final String name, final long value) {
        if (value != 0) {
            json.put(name, value);
        }
    }
}
