# shellcheck shell=sh
# Sourced by ./tailrace when run as root: prepares a Debian machine, then does the work as an unprivileged account, in a
# copy of the checkout that the account can read and write.

account=tailrace

say() {
    echo "tailrace: $*" >&2
}

# --- preparing the machine ----------------------------------------------------------------------------------------------

make_tun() {
    say "making /dev/net/tun"
    modprobe tun 2>/dev/null || true
    [ -c /dev/net/tun ] || { mkdir -p /dev/net && mknod /dev/net/tun c 10 200; }
    chmod 0666 /dev/net/tun
}

open_tun() {
    say "letting ordinary users open /dev/net/tun (mode 0666)"
    chmod 0666 /dev/net/tun
}

set_sysctl() { # NAME VALUE
    say "setting $1 to $2 until the next boot"
    echo "$2" >"/proc/sys/$(echo "$1" | tr . /)"
}

set_user_max_user_namespaces() { set_sysctl user.max_user_namespaces 65536; }
set_kernel_unprivileged_userns_clone() { set_sysctl kernel.unprivileged_userns_clone 1; }
set_kernel_apparmor_restrict_unprivileged_userns() { set_sysctl kernel.apparmor_restrict_unprivileged_userns 0; }
set_ping_group_range() { set_sysctl net.ipv4.ping_group_range '0 2147483647'; }

allow_cubic() {
    modprobe tcp_cubic 2>/dev/null || true
    allowed=/proc/sys/net/ipv4/tcp_allowed_congestion_control
    say "letting namespaces choose the congestion control cubic until the next boot"
    echo "$(cat "$allowed") cubic" >"$allowed" || true # without it the demo goes on under the default
}

add_subordinate_ids() { # a range of 65,536 above all that are given out
    first=$(cat /etc/subuid /etc/subgid 2>/dev/null |
        awk -F: 'BEGIN { next_free = 100000 } $2 + $3 > next_free { next_free = $2 + $3 } END { print next_free }')
    say "giving $account the subordinate ids $first to $((first + 65535))"
    usermod --add-subuids "$first-$((first + 65535))" --add-subgids "$first-$((first + 65535))" "$account"
}

install_packages() {
    say "installing$packages"
    for package in $packages; do
        has_package "$package" || { apt-get update -qq && break; }
    done
    forbid_services
    # shellcheck disable=SC2086 # a list of words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages </dev/null
    allow_services
    case $packages in
        *' nginx-light'*) systemctl --quiet disable nginx 2>/dev/null || true ;; # nor at the next boot
    esac
}

# What is installed is for us to start: Debian's invoke-rc.d asks this file, unless the machine has one of its own.
policy=/usr/sbin/policy-rc.d

forbid_services() {
    [ ! -e "$policy" ] || return 0
    trap allow_services EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 0755 "$policy"
    is_policy_ours=yes
}

allow_services() {
    trap - EXIT
    [ -z "${is_policy_ours-}" ] || rm -f "$policy"
    is_policy_ours=
}

fetch_docker() {
    [ -n "$(docker_candidate)" ] || apt-get update -qq
    case $(docker_candidate) in
        20.10*) ;;
        *) say "apt has no docker.io 20.10" && return ;; # the checks that follow say what that means
    esac
    # shellcheck disable=SC2154 # set by prerequisites.sh
    take_program docker.io docker "$docker_place"
}

fetch_registry() {
    has_package docker-registry || apt-get update -qq
    take_program docker-registry docker-registry /usr/local/bin
}

take_program() { # PACKAGE PROGRAM DIRECTORY: of a package this file only: no service, no account
    say "taking $2 out of Debian's $1 into $3: the file alone, no service"
    unpacked=$(mktemp -d)
    (cd "$unpacked" && apt-get -qq -o APT::Sandbox::User=root download "$1" &&
        dpkg-deb --fsys-tarfile "$1"_*.deb | tar -x "./usr/bin/$2" &&
        install -D -m 0755 "usr/bin/$2" "$3/$2") || say "that failed" # the checks that follow say what it means
    rm -r "$unpacked"
}

make_account() {
    id "$account" >/dev/null 2>&1 && return
    say "making the unprivileged account $account"
    useradd --create-home --shell /bin/sh --comment "Tailrace builds and demo" "$account"
}

prepare_machine() { # COMMAND
    make_account
    check_prerequisites "$1" "$account"
    if [ -n "$packages" ]; then
        command -v apt-get >/dev/null || { show_findings && exit 1; }
        install_packages >&2
    fi
    for each in $repairs; do
        "$each"
    done
    # shellcheck disable=SC2034 # used by prerequisites.sh
    problems='' notes='' packages='' repairs=''
    check_prerequisites "$1" "$account"
    show_findings
    [ -z "$problems" ] || exit 1
}

# --- the account's copy -------------------------------------------------------------------------------------------------

list_sources() { # paths from the root of the checkout, each once
    # shellcheck disable=SC2154 # set by ./tailrace
    if [ -e "$root/.git" ] && command -v git >/dev/null; then
        git -c safe.directory="$root" -C "$root" ls-files --cached --others --exclude-standard
    else
        (cd "$root" && find . -name target -prune -o -type f -print | sed 's|^\./||')
    fi | sort -u | while IFS= read -r path; do
        [ -e "$root/$path" ] && printf '%s\n' "$path"
    done
}

take_stage() { # as the account's own: nobody else works there meanwhile
    home=$(getent passwd "$account" | cut -d: -f6)
    stage=$home/checkout-$(printf %s "$root" | cksum | cut -d' ' -f1)
    mkdir -p "$stage"
    exec 9>"$stage.lock"
    flock -n 9 || { say "another ./tailrace works in $stage: waiting for it" && flock 9; }
    stage_sources
    seed_maven
}

stage_sources() { # the copy keeps its target directories, so that a second build is short
    say "copying the checkout to $stage"
    list_sources >"$stage.new"
    tar -C "$root" --owner="$account" --group="$account" -cf - -T "$stage.new" | tar -C "$stage" --same-owner -xf -
    if [ -f "$stage.list" ]; then
        comm -23 "$stage.list" "$stage.new" | while IFS= read -r path; do
            rm -f -- "$stage/$path"
        done
    fi
    mv "$stage.new" "$stage.list"
    chown "$account": "$stage"
    find "$stage" -type d -user root -exec chown "$account": {} +
}

seed_maven() { # what root has downloaded need not be downloaded again
    [ -d "$HOME/.m2/repository" ] || return 0
    seeded=$home/.m2/seeded
    [ ! -f "$seeded" ] || [ -n "$(find "$HOME/.m2/repository" -type f -newer "$seeded" -print -quit)" ] || return 0
    say "copying root's Maven repository to the account"
    mkdir -p "$home/.m2/repository"
    touch "$seeded"
    cp -au --reflink=auto "$HOME/.m2/repository/." "$home/.m2/repository/"
    chown -R "$account": "$home/.m2"
}

# --- working as the account ---------------------------------------------------------------------------------------------

# Nothing of root's environment; where the kernel lets us, in namespaces of processes and mounts that end when we do, and
# with them every process and the directory for sockets.
as_account() { # COMMAND...
    fence='unshare --pid --mount --fork --kill-child=KILL --mount-proc --'
    if $fence true 2>/dev/null; then
        runtime_directory=/run/user/$(id -u "$account")
        mkdir -p "${runtime_directory%/*}"
    else
        fence=
        runtime_directory=$home/.run
    fi
    # shellcheck disable=SC2016,SC2086 # expanded by the inner shell; a list of words
    run_child $fence sh -c '
            [ "${1#/run/}" = "$1" ] || mount -t tmpfs -o mode=0755 tmpfs "${1%/*}"
            install -d -m 0700 -o "$2" -g "$(id -gn "$2")" "$1"
            shift 2
            exec "$@"' sh "$runtime_directory" "$account" \
        setpriv --reuid "$account" --regid "$account" --init-groups --pdeathsig KILL \
        env -i HOME="$home" USER="$account" LOGNAME="$account" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 \
        TERM="${TERM:-dumb}" XDG_RUNTIME_DIR="$runtime_directory" ${CI:+CI="$CI"} \
        JAVA25_HOME="$(java25)" TAILRACE_CHECKOUT="$root" \
        ${repository:+TAILRACE_REPOSITORY="$repository"} \
        ${TAILRACE_COMMIT:+TAILRACE_COMMIT="$TAILRACE_COMMIT"} ${TAILRACE_DIRTY:+TAILRACE_DIRTY="$TAILRACE_DIRTY"} \
        ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
        ${MAVEN_OPTS:+MAVEN_OPTS="$MAVEN_OPTS"} "$@"
}

bring_back() { # PATH...: what the work made, into the checkout, owned as the checkout is
    for path; do
        [ -e "$stage/$path" ] || continue
        rm -rf -- "${root:?}/$path"
        mkdir -p "$root/$(dirname "$path")"
        cp -dR --preserve=mode,timestamps --reflink=auto -- "$stage/$path" "$root/$path"
        chown -R --no-dereference --reference="$root" -- "$root/${path%%/*}/target"
    done
}

merge_back() { # PATH...: the same, but what is there already stays: results of earlier sessions are never lost
    for path; do
        [ -d "$stage/$path" ] || continue
        mkdir -p "$root/$path"
        cp -dR --preserve=mode,timestamps --reflink=auto -- "$stage/$path/." "$root/$path/"
        chown -R --no-dereference --reference="$root" -- "$root/$path"
    done
}

lend_repository() { # the gate takes older revisions from it
    [ -e "$root/.git" ] && command -v git >/dev/null || return 0
    repository=$stage.git
    [ -d "$repository" ] || git init -q --bare "$repository"
    git -c safe.directory='*' -C "$repository" symbolic-ref HEAD refs/heads/tailrace-head
    git -c safe.directory='*' -C "$repository" fetch -q --force "$root" \
        '+refs/heads/*:refs/heads/*' '+refs/remotes/*:refs/remotes/*' '+refs/tags/*:refs/tags/*' '+HEAD:refs/heads/tailrace-head'
    chown -R "$account": "$repository"
}

results() { # of COMMAND
    printf '%s\n' runtime/target/image perf-reports/target/perf-reports.jar perf-reports/target/lib
    case $1 in
        demo) printf '%s\n' perf-reports/target/demo.html perf-reports/target/demo.json ;;
        verify)
            for module in netstack-core tap-io runtime jmh-benchmarks perf-reports; do
                printf '%s\n' "$module/target/surefire-reports" "$module/target/failsafe-reports"
            done
            ;;
    esac
}

as_root() { # COMMAND ARGUMENTS...
    # shellcheck disable=SC2154 # set by ./tailrace
    prepare_machine "$needs"
    repository=
    take_stage
    source_state # the copy has no history
    [ "$1" != bench ] || lend_repository
    say "going on as $account"
    work_status=0
    as_account "$stage/tailrace" "$@" 9>&- || work_status=$?
    # shellcheck disable=SC2046 # paths of ours, without blanks
    bring_back $(results "$1")
    [ "$1" != bench ] || merge_back perf-reports/target/bench perf-reports/history perf-reports/latest
    exit "$work_status"
}
