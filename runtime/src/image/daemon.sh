# The daemon, and what looks after its files, is root of a user namespace with every id that the user may have, and has its own mounts. A JVM has threads
# and so can enter neither: that is done before there is one, by programs that keep our PID.
refuse() { # TEXT: what the machine lacks, and the fix, are one line and exit status 4
    printf 'tailrace %s: %s\n' "$verb" "$1" >&2
    exit 4
}

subordinate_lines() { # FILE GETSUBIDS_OPTION: lines of subid(5), of whatever source nsswitch.conf(5) names
    if getsubids=$(command -v getsubids) && grep -q -s '^subid:' /etc/nsswitch.conf; then
        # shellcheck disable=SC2086 # an option or none
        "$getsubids" $2 "$name" | while read -r _ owner first count; do echo "$owner:$first:$count"; done
    elif [ -r "$1" ]; then
        cat "$1"
    fi
}

is_number() { # TEXT: decimal, and nothing that the shell takes for octal
    case $1 in '' | *[!0-9]* | 0?*) return 1 ;; esac
}

overlaps() { # FIRST LAST [FIRST LAST]...: the first range and any other
    lowest=$1 highest=$2
    shift 2
    while [ $# -gt 0 ]; do
        if [ "$lowest" -le "$2" ] && [ "$1" -le "$highest" ]; then return 0; fi
        shift 2
    done
    return 1
}

# Prints the arguments for newuidmap or newgidmap, of the lines on the standard input: ids from 1 on are the user's ranges in
# their order. The kernel takes no id twice, so a range that overlaps another or the user's own id is left out.
map_arguments() { # ID
    inside=1 taken="$1 $1"
    while IFS=: read -r owner first count rest || [ -n "$owner" ]; do
        case $owner in "$name" | "$uid") ;; *) continue ;; esac
        if ! is_number "$first" || ! is_number "$count" || [ -n "$rest" ] || [ "$count" -eq 0 ]; then continue; fi
        last=$((first + count - 1))
        # shellcheck disable=SC2086 # a list of numbers
        overlaps "$first" "$last" $taken && continue
        echo "$inside $first $count"
        inside=$((inside + count)) taken="$taken $first $last"
    done
}

# Runs beside us in the user's own namespace, where the two helpers have their privileges: maps our ids when we say that
# we are in the new one, and answers "ok" or what went wrong.
map_ids() { # UID_ARGUMENTS GID_ARGUMENTS
    read -r _ <&3 || return 0 # there is no new one, and unshare has said why
    # shellcheck disable=SC2086 # lists of numbers
    if why=$("$newuidmap" $$ 0 "$uid" 1 $1 2>&1) && why=$("$newgidmap" $$ 0 "$gid" 1 $2 2>&1); then
        echo ok >&4
    else
        printf '%s\n' "$why" >&4
    fi
}

enter_with_ids() { # UID_ARGUMENTS GID_ARGUMENTS COMMAND...
    pipes=$(mktemp -d) || refuse "there is no room for two pipes in ${TMPDIR:-/tmp}: make some"
    mkfifo "$pipes/there" "$pipes/mapped"
    # In a shell of its own that ends at once, so that the helper is no child of the JVM.
    ( (exec 3<"$pipes/there" 4>"$pipes/mapped" && map_ids "$1" "$2") &)
    exec 3>"$pipes/there" 4<"$pipes/mapped"
    rm -r "$pipes"
    shift 2
    # shellcheck disable=SC2016 # for that shell
    exec unshare --user --mount --propagation slave -- sh -c '
        echo >&3
        exec 3>&-
        read -r answer <&4 || answer="the helper that maps ids ended without a word"
        exec 4<&-
        if [ "$answer" != ok ]; then
            echo "$0: $answer: tailrace check may say why; --single-id does without" >&2
            exit 4
        fi
        exec "$@"' "tailrace $verb" "$@"
}

enter_namespaces() { # SINGLE COMMAND...
    single=$1
    shift
    PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
    uid=$(id -u) gid=$(id -g) name=$(id -u -n 2>/dev/null) || name=$uid
    [ "$uid" -ne 0 ] || refuse "root has no use for it: run it as the user whose containers these are to be"
    command -v unshare >/dev/null || refuse "unshare is missing: sudo apt-get install util-linux"
    if ! why=$(unshare --user --mount --propagation slave -- true 2>&1); then
        refuse "no user namespace can be made here ($why): tailrace check says which setting forbids it"
    fi
    if [ -z "$single" ]; then
        uids=$(subordinate_lines /etc/subuid '' | map_arguments "$uid")
        gids=$(subordinate_lines /etc/subgid -g | map_arguments "$gid")
        if ! newuidmap=$(command -v newuidmap) || ! newgidmap=$(command -v newgidmap); then
            single="newuidmap and newgidmap are missing: sudo apt-get install uidmap"
        elif [ -z "$uids" ] || [ -z "$gids" ]; then
            single="/etc/subuid and /etc/subgid give $name no ids: sudo usermod --add-subuids 100000-165535"
            single="$single --add-subgids 100000-165535 $name"
        else
            enter_with_ids "$uids" "$gids" "$@"
        fi
    fi
    printf 'tailrace %s: containers have one id only, that of root (%s)\n' "$verb" "$single" >&2
    exec unshare --user --map-root-user --mount --propagation slave -- "$@"
}

java_inside() { # MAIN ARGUMENTS...: one of our programs, in the namespaces unless it is only asked how it is used
    main=$1
    shift
    unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
    single='' namespaces=yes
    for word; do
        case $word in
            --single-id) single="--single-id" ;;
            --help | -h) namespaces= ;;
        esac
    done
    # shellcheck disable=SC2086 # lists of words
    set -- "$home/java/bin/java" "-XX:AOTCache=$home/java/lib/@PROGRAM@.aot" \
        @DAEMON_FLAGS@ \
        ${TAILRACE_JAVA_OPTIONS-} -m "dev.tailrace/$main" "$@"
    [ -n "$namespaces" ] || exec "$@"
    enter_namespaces "$single" "$@"
}

# A shell, or a program, where the files of containers belong to whom they belong to in there.
unshared() {
    single=
    case ${1-} in
        --single-id) single=--single-id && shift ;;
        --help | -h)
            echo "Usage: tailrace unshare [--single-id] [COMMAND [ARGUMENT]...]"
            echo "Runs COMMAND (\$SHELL) as root of the containers' users, to look at files that belong to them, or remove them."
            exit 0
            ;;
        -*)
            printf 'tailrace unshare: unknown option "%s" (see tailrace unshare --help)\n' "$1" >&2
            exit 2
            ;;
    esac
    [ $# -gt 0 ] || set -- "${SHELL:-/bin/sh}"
    enter_namespaces "$single" "$@"
}

verb=${1-}
case $verb in
    daemon) shift && java_inside @DAEMON@ "$@" ;;
    reset) shift && java_inside @RESET@ "$@" ;;
    unshare) shift && unshared "$@" ;;
esac
