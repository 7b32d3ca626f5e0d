#!/bin/busybox sh
# shellcheck shell=sh
# The first process of the virtual machine of scripts/vm. Once as /init of its initial root, which has little but busybox, and
# once more, with --switched, in the root that it has made there of this machine's files and the disk. Then it runs the
# `command` in the folder that scripts/vm has told the kernel of, and powers off.
set -eu

option() { # NAME: its value on the kernel's command line
    for word in $(cat /proc/cmdline); do
        case $word in "vm.$1="*) echo "${word#*=}" ;; esac
    done
}

make_root() {
    mount -t proc proc /proc
    mount -t devtmpfs devtmpfs /dev
    for module in virtio_pci virtio_blk virtio_console ext4 9pnet_virtio 9p overlay; do modprobe "$module"; done
    # Nobody writes to the host's files from here, and what has been read once need not be asked for again.
    mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288,cache=loose host /host
    mount -t ext4 -o noatime,nobarrier /dev/vda /disk
    mkdir /disk/upper /disk/work
    mount -t overlay -o lowerdir=/host,upperdir=/disk/upper,workdir=/disk/work,xino=off overlay /root
    mkdir -p /root/scratch /root/dev
    mount -o move /disk /root/scratch
    mount -o move /dev /root/dev
    init=$(option folder)/init
    # What is at /proc in the host's files is the host's, and busybox starts itself from there.
    mount -o move /proc /root/proc
    exec switch_root /root /bin/sh "$init" --switched
}

mount_all() { # FOLDER
    mount -t sysfs sysfs /sys
    mount -t cgroup2 -o nsdelegate,memory_recursiveprot cgroup2 /sys/fs/cgroup # as systemd has it
    echo +cpuset +cpu +io +memory +pids >/sys/fs/cgroup/cgroup.subtree_control
    mkdir -p /dev/pts /dev/shm
    mount -t devpts -o gid=5,mode=0620,ptmxmode=0666 devpts /dev/pts
    mount -t tmpfs -o mode=1777 tmpfs /dev/shm
    mount -t tmpfs -o mode=0755 tmpfs /run
    mkdir -m 1777 /scratch/tmp
    mount --bind /scratch/tmp /tmp
    modules=/lib/modules/$(uname -r)
    mkdir -p "$modules"
    mount --bind "$1/../kernel$modules" "$modules"
    mount --make-rshared /
    ln -s /proc/self/fd /dev/fd
    for stream in in out err; do ln -s "/proc/self/fd/$number" "/dev/std$stream" && number=$((number + 1)); done
}

prepare() {
    ln -s /bin/busybox /run/modprobe
    echo /run/modprobe >/proc/sys/kernel/modprobe
    for module in tun veth bridge dummy ifb sch_netem sch_ingress cls_matchall act_mirred fuse; do busybox modprobe "$module"; done
    chmod 0666 /dev/net/tun
    echo '0 2147483647' >/proc/sys/net/ipv4/ping_group_range
    ip link set lo up
    hostname vm
}

port() { # NUMBER: the device of the virtual serial port; between them is the number of the device, which varies
    ls /dev/vport*"p$1"
}

power_off() { # EXIT_STATUS
    echo "$1" >"$(port 2)" || true
    exec busybox poweroff -f
}

if [ "${1-}" != --switched ]; then
    /bin/busybox --install -s /bin
    mkdir /sbin
    ln -s /bin/busybox /sbin/modprobe # which the kernel starts by itself, too
    make_root
fi

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root USER=root LOGNAME=root LC_ALL=C.UTF-8
trap 'power_off 125' EXIT
number=0
folder=$(option folder)
mount_all "$folder"
prepare
mkfifo /run/output
cat /run/output >"$(port 1)" &
reader=$!
status=0
setsid sh "$folder/command" </dev/null >/run/output 2>&1 || status=$?
trap - EXIT
# What the command has left running may hold its output open.
( sleep 5; kill "$reader" ) 2>/dev/null &
wait "$reader" || true
power_off "$status"
