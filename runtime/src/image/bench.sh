# The benchmarks are a program of their own, on the same Java.
if [ "${1-}" = bench ]; then
    shift
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    columns=
    if [ -t 2 ]; then columns=$(PATH=/usr/bin:/bin:${PATH-} stty size <&2 2>/dev/null) || columns=; fi
    # shellcheck disable=SC2086 # a list of words
    exec "$home/java/bin/java" @BENCH_FLAGS@ "-Dtailrace.image=$home" ${columns:+-Dtailrace.columns=${columns#* }} \
        -cp "$home/share/bench/perf-reports.jar" dev.tailrace.perf.cli.BenchMain "$@"
fi
