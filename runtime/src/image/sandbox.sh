# A JVM has threads, and so cannot enter the user namespace in which it may mount what --enable-sandbox needs: that is
# done before there is one, by programs that keep our PID. Who may mount already, as in podman's namespaces, enters none.
may_mount() {
    while read -r name value; do
        # CAP_SYS_ADMIN is bit 21: the second bit of the sixth digit from the right.
        [ "$name" = CapEff: ] || continue
        value=${value%?????}
        case $value in *[2367aAbBeEfF]) return 0 ;; *) return 1 ;; esac
    done </proc/self/status
    return 1
}
tool() { # NAME: finds a program of util-linux
    for tool in "/usr/bin/$1" "/bin/$1"; do
        if [ -x "$tool" ]; then return; fi
    done
    if tool=$(command -v "$1"); then return; fi
    echo "slirp4netns: --enable-sandbox needs $1, which is not installed (package util-linux)" >&2
    exit 1
}
# Prints the user namespace of the target, or "own" where the target is not one that has any. What is wrong with the
# options is left to the program to say. The file has the letters and then the names that getopt(3) is to know.
user_namespace() {
    tool getopt
    { read -r letters && read -r names; } <"$home/share/slirp4netns/getopt.txt"
    words=$("$tool" -q -o "$letters" -l "$names" -- "$@") || return 0
    eval "set -- $words"
    wanted='' type=pid path=''
    while [ "$1" != -- ]; do
        case $1 in
            --enable-sandbox | --create-sandbox) wanted=yes ;;
            --netns-type) type=$2 ;;
            --target-type) [ "$2" = netns ] || type=$2 ;;
            --userns-path) path=$2 ;;
        esac
        case $1 in
            --*) case ",$names," in *",${1#--}:,"*) shift ;; esac ;;
            *) case $letters in *"${1#-}:"*) shift ;; esac ;;
        esac
        shift
    done
    case $wanted$type$path in
        yespid) echo "/proc/${2-}/ns/user" ;;
        yestapfd | yesbess) echo own ;;
        yes*) [ -z "$path" ] || printf '%s\n' "$path" ;;
    esac
}
enter='' namespace=''
for word; do
    case $word in
        --enable-sa* | --cr*)
            may_mount || namespace=$(user_namespace "$@") || exit 1
            break
            ;;
    esac
done
if [ "$namespace" = own ]; then
    tool unshare
    enter="$tool --user --map-root-user" namespace=''
elif [ -e "$namespace" ]; then
    tool nsenter
    enter="$tool --preserve-credentials --setuid 0"
else
    namespace=''
fi
