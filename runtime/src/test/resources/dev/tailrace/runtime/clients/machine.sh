# Root runs this first in a machine of the clients' tests, with these variables: account, uid and gid of the ordinary user;
# home, an empty directory; runtime, the user's XDG_RUNTIME_DIR below /run; and name_server.

mount --make-rshared / # as systemd leaves it
echo "$gid $gid" >/proc/sys/net/ipv4/ping_group_range

resolver_file=$(readlink -f /etc/resolv.conf)
mount -t tmpfs -o mode=0755 tmpfs /run
mount -t tmpfs -o mode=0755 tmpfs "$home"

# The kernel refuses it where version 2 is mounted already, and the group that is the root here is another one.
mkdir /run/cgroup
mount -t cgroup2 cgroup2 /run/cgroup
mount --bind /run/cgroup /sys/fs/cgroup
umount /run/cgroup
rmdir /run/cgroup

case $resolver_file in
    /run/*) mkdir -p "${resolver_file%/*}" && echo "nameserver $name_server" >"$resolver_file" ;;
    *) echo "nameserver $name_server" >/run/resolv.conf && mount --bind /run/resolv.conf "$resolver_file" ;;
esac

# Who may use which ids here: the longest range of the map, without root.
for kind in uid gid; do
    awk -v account="$account" '
        $3 > count { first = $1; count = $3 }
        END { if (first == 0) { first = 1; count-- }; print account ":" first ":" count }' \
        "/proc/self/${kind}_map" >"/run/sub$kind"
    mount --bind "/run/sub$kind" "/etc/sub$kind"
done

# The installed ones belong to a root who does not exist here, so that they are not setuid root.
mkdir -p /run/bin
install -m 4755 "$(command -v newuidmap)" "$(command -v newgidmap)" /run/bin

install -d -o "$uid" -g "$gid" "$home/.config" "$home/.config/containers"
chown "$uid:$gid" "$home"
mkdir -p "${runtime%/*}"
install -d -m 0700 -o "$uid" -g "$gid" "$runtime"
