# shellcheck shell=sh
# Sourced by ./tailrace: runs one child at a time and ends it, with all it started, when we are ended.

child=
trap 'end_child 129' HUP
trap 'end_child 130' INT
trap 'end_child 143' TERM

run_child() { # COMMAND...: in a session of its own, so that exactly one signal reaches it: ours
    setpriv --pdeathsig KILL setsid "$@" </dev/null &
    child=$!
    child_status=0
    wait "$child" || child_status=$?
    child=
    return "$child_status"
}

end_child() { # EXIT_STATUS
    trap '' HUP INT TERM
    [ -n "$child" ] || exit "$1"
    signal_child TERM
    waited=0
    while kill -0 "$child" 2>/dev/null && [ "$waited" -lt 50 ]; do
        sleep 0.1
        waited=$((waited + 1))
    done
    signal_child KILL
    wait "$child" 2>/dev/null || true
    exit "$1"
}

signal_child() { # SIGNAL, to the group; to the child alone while it has not made its group yet
    kill -s "$1" -- "-$child" 2>/dev/null || kill -s "$1" "$child" 2>/dev/null || true
}
