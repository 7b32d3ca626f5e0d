# shellcheck shell=sh
# Sourced by ./tailrace: what the machine must have. Each finding is one line: what is wrong, and the exact fix.

problems=  # what stops the command, a line each
notes=     # what it can do without, a line each
packages=  # Debian packages that would help with either
repairs=   # functions of as-root.sh that repair the rest

problem() { # WHAT FIX
    problems="$problems  $1. Fix: $2
"
}

note() { # WHAT FIX
    notes="$notes  $1. To have it: $2
"
}

repair() { # FUNCTION
    repairs="$repairs $1"
}

# Where Maven's toolchain discovery looks, in one list; the first JDK 25 wins.
java25() {
    for jdk in "${JAVA_HOME:-}" "${JAVA25_HOME:-}" "${JAVA_25_HOME:-}" /usr/lib/jvm/* /usr/java/* /usr/jdk/* /opt/java/* \
        /opt/jdk/* "$HOME"/.jdks/* "$HOME"/.m2/jdks/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.gradle/jdks/* \
        "$HOME"/.jenv/versions/* "$HOME"/.jbang/cache/jdks/* "$HOME"/.asdf/installs/java/* "$HOME"/.jabba/jdk/*; do
        [ -x "$jdk/bin/javac" ] || continue
        case $("$jdk/bin/javac" --version 2>/dev/null) in
            'javac 25' | 'javac 25.'* | 'javac 25-'*) echo "$jdk" && return ;;
        esac
    done
    return 1
}

has_package() { # NAME: apt knows it and can install it
    command -v apt-cache >/dev/null && apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'
}

java25_package() {
    for package in openjdk-25-jdk-headless temurin-25-jdk; do
        has_package "$package" && echo "$package" && return
    done
    return 1
}

check_java() {
    java25 >/dev/null && return
    if package=$(java25_package); then
        problem "no JDK 25 among the places where Maven looks for toolchains" "apt-get install $package"
        packages="$packages $package"
    else
        problem "no JDK 25 among the places where Maven looks for toolchains, and this system's apt sources have none" \
            "add Adoptium's apt source (https://adoptium.net/installation/linux/) and apt-get install temurin-25-jdk, or unpack any JDK 25 in /usr/lib/jvm"
    fi
}

check_program() { # PROGRAM PACKAGE
    command -v "$1" >/dev/null && return
    problem "$1 is missing" "apt-get install $2"
    packages="$packages $2"
}

check_optional() { # PROGRAM PACKAGE WHAT_IS_LOST
    command -v "$1" >/dev/null && return
    note "$1 is not installed: $3" "apt-get install $2"
    packages="$packages $2"
}

# Debian's package starts a registry for everybody when it is installed: only the program is taken out of it.
check_registry() {
    [ -x /usr/local/bin/docker-registry ] || [ -x /usr/bin/docker-registry ] && return
    problem "docker-registry is missing" "apt-get download docker-registry && dpkg --fsys-tarfile docker-registry_*.deb |\
 tar -x -C /usr/local/bin --strip-components=3 ./usr/bin/docker-registry"
    repair fetch_registry
}

check_tun() {
    if [ ! -c /dev/net/tun ]; then
        problem "/dev/net/tun does not exist" "modprobe tun (in a container: pass the device in)"
        repair make_tun
    elif [ "$(stat -c %a /dev/net/tun)" != 666 ]; then
        problem "/dev/net/tun has mode $(stat -c %a /dev/net/tun), so that ordinary users cannot open it" "chmod 0666 /dev/net/tun"
        repair open_tun
    fi
}

check_sysctl() { # NAME REFUSED_VALUE WANTED_VALUE WHAT
    file=/proc/sys/$(echo "$1" | tr . /)
    [ -r "$file" ] && [ "$(cat "$file")" = "$2" ] || return 0
    problem "$1 is $2: $4" "sysctl -w $1=$3"
    repair "set_$(echo "$1" | tr . _)"
}

check_user_namespaces() {
    problems_before=$problems
    check_sysctl user.max_user_namespaces 0 65536 "no user namespaces can be made"
    check_sysctl kernel.unprivileged_userns_clone 0 1 "ordinary users cannot make user namespaces"
    check_sysctl kernel.apparmor_restrict_unprivileged_userns 1 0 "user namespaces of ordinary users get no capabilities"
    if [ "$problems" = "$problems_before" ] && [ "$(id -u)" -ne 0 ]; then
        refusal=$(unshare --user --map-root-user --net --mount --pid --fork --mount-proc true 2>&1) ||
            problem "user, network and process namespaces cannot be made here ($refusal)" \
                "in a container, run it unconfined; elsewhere, see user_namespaces(7)"
    fi
}

check_subordinate_ids() { # ACCOUNT
    for file in /etc/subuid /etc/subgid; do
        grep -q -s -E "^($1|$(id -u "$1" 2>/dev/null || echo "$1")):" "$file" && continue
        problem "$1 has no subordinate ids in $file" "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $1"
        repair add_subordinate_ids
        return
    done
}

check_ping_group_range() {
    # The kernel gives such a file in one read only, and the shell's own read takes a byte at a time.
    awk '{ exit !($1 > $2) }' /proc/sys/net/ipv4/ping_group_range || return 0
    note "net.ipv4.ping_group_range is empty: outside the tests, namespaces cannot ping further than their gateway" \
        "sysctl -w net.ipv4.ping_group_range='0 2147483647'"
    repair set_ping_group_range
}

check_congestion_control() { # most systems use cubic, and the throughput over loopback depends on it
    grep -q -w cubic /proc/sys/net/ipv4/tcp_allowed_congestion_control && return
    note "namespaces cannot choose the congestion control cubic: the demo measures under the machine's default" \
        "add cubic to the values of sysctl net.ipv4.tcp_allowed_congestion_control"
    repair allow_cubic
}

check_clients() { # programs that use slirp4netns, and what a rootless user's machine is made with for them
    check_program podman podman
    check_program buildah buildah
    check_program rootlesskit rootlesskit
    check_program rootlessctl rootlesskit
    check_program crun crun
    check_program lsns util-linux
    check_program ps procps
}

# Docker's client as Debian 12 has it: its file alone, in a place of its own, because the package brings a daemon.
docker_place=/usr/local/lib/tailrace/docker-20.10

docker_candidate() { # the version that apt would give, if it knows any
    apt-cache policy docker.io 2>/dev/null | sed -n 's/^ *Candidate: *\([^(].*\)/\1/p'
}

check_docker() { # the walkthrough's client
    [ ! -x "$docker_place/docker" ] || return 0
    candidate=$(docker_candidate)
    if command -v apt-get >/dev/null && { [ -z "$candidate" ] || [ "${candidate#20.10}" != "$candidate" ]; }; then
        problem "Debian's docker client 20.10 is not at $docker_place" \
            "cd /tmp && apt-get download docker.io && dpkg-deb --extract docker.io_20.10*.deb docker.io && install -D docker.io/usr/bin/docker $docker_place/docker && rm -r docker.io docker.io_20.10*.deb"
        repair fetch_docker
    elif command -v docker >/dev/null; then
        note "Debian's docker client 20.10 is not at $docker_place: the walkthrough is done with $(command -v docker) alone" \
            "put a docker client of that version there"
    else
        problem "there is no docker client" "put one, of any version from 20.10 on, at $docker_place/docker"
    fi
}

check_nginx() { # the walkthrough's web server, of which an image is made; its own service is not wanted
    command -v nginx >/dev/null && return
    problem "nginx is missing" "apt-get install nginx-light; systemctl disable --now nginx"
    packages="$packages nginx-light"
}

check_engine() { # ACCOUNT: what the engine needs, and what its images are made of
    check_program newuidmap uidmap
    check_subordinate_ids "$1"
    check_nginx
    check_docker
    check_program docker-compose docker-compose
    check_program script bsdutils
    unshare --help 2>/dev/null | grep -q -e --map-users ||
        problem "unshare cannot map ranges of ids (util-linux is older than 2.38)" "install util-linux 2.38 or newer"
}

check_prerequisites() { # COMMAND ACCOUNT
    check_java
    check_program mvn maven
    check_program setpriv util-linux
    [ "$1" != build ] || return 0
    check_tun
    check_program ip iproute2
    check_program iperf3 iperf3
    check_program curl curl
    check_program dig bind9-dnsutils
    check_program ping iputils-ping
    check_optional slirp4netns slirp4netns "nothing to compare with"
    check_optional pasta passt "left out of the comparison"
    check_user_namespaces
    check_ping_group_range
    check_congestion_control
    check_engine "$2"
    [ "$1" != demo ] || return 0
    check_program nc.openbsd netcat-openbsd
    check_program openssl openssl
    check_program socat socat
    check_program ncat ncat
    check_program ethtool ethtool
    check_program udhcpc udhcpc
    check_program busybox busybox-static
    check_clients
    check_program dnsmasq dnsmasq-base
    [ "$1" != bench ] || {
        check_optional runc runc "left out of what crun and the engine are compared with"
        check_optional fuse-overlayfs fuse-overlayfs "left out of the storage drivers that are compared"
    }
    check_registry
    check_optional strace strace "the test of system calls per byte is skipped"
}

show_findings() {
    [ -z "$problems" ] || printf 'tailrace: not ready:\n%s' "$problems" >&2
    [ -z "$notes" ] || printf 'tailrace: note:\n%s' "$notes" >&2
}

require_prerequisites() { # COMMAND
    check_prerequisites "$1" "$(id -un)"
    show_findings
    if [ -n "$problems" ]; then
        echo "tailrace: run the fixes as root, or run ./tailrace $1 as root on a Debian system to have them done" >&2
        exit 1
    fi
}
