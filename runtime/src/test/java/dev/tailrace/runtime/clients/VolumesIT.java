package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Volumes, with docker's client, as an ordinary user with all subordinate ids.
final class VolumesIT {
    private static KilledDaemon host;
    private static EngineUser user;

    @BeforeAll
    static void start() {
        host = KilledDaemon.forClient();
        host.start();
        host.importImage("busybox");
        user = host.user();
        // An image with a directory of a user's own.
        user.docker("run --name maker busybox sh -c", """
                mkdir -p /data/inner && echo image >/data/inner/file && ln -s inner/file /data/link
                chown -R 33:44 /data && chmod 2750 /data && chmod 600 /data/inner/file && chown 1000:0 /data/inner/file
                """);
        user.docker("commit -c", "VOLUME /data", "maker", "filled");
        user.removeAll();
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @AfterEach
    void removeAll() {
        user.removeAll();
    }

    @Test
    void shouldCopyWhatTheImageHasWithOwnersAndModes() {
        final String list = "cd /data && stat -c '%n %u:%g %a' . inner inner/file && readlink link";
        final String expected = ". 33:44 2750\ninner 33:44 755\ninner/file 1000:0 600\ninner/file";
        assertEquals(expected, user.docker("run --rm -v copied:/data filled sh -c", list));
        assertEquals("image", user.run("busybox", "copied:/elsewhere", "cat /elsewhere/inner/file"));
        user.run("filled", "copied:/data", "sh -c", "echo user >/data/inner/file");
        assertEquals("user", user.run("filled", "copied:/data", "cat /data/inner/file"), "once");
        assertEquals(
                "image", user.docker("run --rm --mount type=volume,src=empty,dst=/data filled cat /data/inner/file"));
        assertEquals("", user.run("filled", "none:/data:nocopy", "busybox ls /data"));
        assertEquals(
                "",
                user.docker("run --rm --mount type=volume,src=none,dst=/data,volume-nocopy filled busybox ls /data"));
        assertTrue(user.fails("run --rm -v over:/bin/busybox busybox true")
                .contains("cannot mount volume over existing file, file exists /bin/busybox"));
    }

    @Test
    void shouldKeepAndRemoveAnonymousVolumes() {
        user.docker("run --rm filled busybox true");
        assertEquals(List.of(), user.volumes(), "--rm takes them along");
        user.docker("run --name kept filled busybox true");
        user.docker("run --name own -v /own busybox sh -c", "echo mine >/own/file");
        assertEquals(2, user.volumes().size());
        user.remove("/containers/kept");
        assertEquals(2, user.volumes().size());
        user.docker("rm -v own");
        assertEquals(1, user.volumes().size());
        assertTrue(user.docker("volume prune -f").contains("Total reclaimed space: "));
        assertEquals(List.of(), user.volumes());
    }

    @Test
    void shouldMountInEveryWay() {
        user.docker(
                "run --rm -v data:/a --mount type=bind,src=/etc,dst=/host,readonly --mount type=tmpfs,dst=/t,tmpfs-size=1m"
                        + " busybox sh -c",
                """
                echo one >/a/file && cat /host/passwd >/dev/null && echo x >/t/file
                ! touch /host/file 2>/dev/null
                grep ' /t tmpfs ' /proc/mounts | grep -q size=1024k
                """);
        assertEquals(
                "one",
                user.docker(
                        "run --rm --mount source=data,target=/b,readonly busybox sh -c",
                        "cat /b/file && ! touch /b/file 2>/dev/null"));
        assertEquals("", user.run("busybox", "data:/b:ro", "sh -c", "! touch /b/file 2>/dev/null"));
        user.docker("create --name first -v data:/a -v /etc:/host:ro busybox true");
        final String readAndWrite = "cat /a/file; touch /a/other 2>/dev/null || echo no";
        assertEquals("one", user.docker("run --rm --volumes-from first busybox sh -c", readAndWrite));
        assertEquals("one\nno", user.docker("run --rm --volumes-from first:ro busybox sh -c", readAndWrite));
        assertEquals(
                "data /a true local",
                user.docker(
                        "inspect --format",
                        "{{range .Mounts}}{{if eq .Type \"volume\"}}{{.Name}} {{.Destination}} {{.RW}}"
                                + " {{.Driver}}{{end}}{{end}}",
                        "first"));
        assertEquals("first", user.docker("ps -a --format {{.Names}} --filter volume=data"));
    }

    @Test
    void shouldCopyIntoAndOutOfVolumes() {
        user.shell("""
                cd
                mkdir -p tree/sub
                echo from the host >tree/sub/file
                chmod 640 tree/sub/file
                tar --owner=12 --group=34 -cf owned.tar tree
                """);
        user.docker("create --name box -v data:/vol -v shut:/shut:ro --user 7:8 filled sleep 1000");
        for (final String when : List.of("created", "running")) {
            // A volume is what is mounted there, whether it is mounted now or not; that of the image, too.
            assertEquals("from the host\n640\nfrom the host\nimage", user.shell("""
                    cd
                    docker cp tree box:/vol/%1$s
                    docker cp box:/vol/%1$s back-%1$s
                    cat back-%1$s/sub/file
                    stat -c %%a back-%1$s/sub/file
                    docker cp box:/vol/%1$s/sub/file - | tar -xO
                    docker cp -L box:/data/link - | tar -xO
                    """.formatted(when)));
            assertEquals("from the host", user.run("busybox", "data:/d", "cat /d/" + when + "/sub/file"));
            // Owners: those of the archive, or with -a the container's user.
            user.shell("docker cp - box:/vol/%1$s <\"$HOME/owned.tar\"".formatted(when));
            assertEquals("12:34", owner(when + "/tree/sub/file"));
            user.shell("docker cp -a - box:/vol/%1$s <\"$HOME/owned.tar\"".formatted(when));
            assertEquals("7:8", owner(when + "/tree/sub/file"));
            assertEquals(
                    "1000/0",
                    user.shell(
                            "docker cp -a box:/data/inner - | tar --numeric-owner -tv | grep file | awk '{print $2}'"),
                    "out of the container, too");
            assertRefused("mounted volume is marked read-only", "docker cp - box:/shut <\"$HOME/owned.tar\"");
            assertRefused(
                    "cannot copy device node null (character 1:3): containers get their devices from the engine only",
                    "tar -C /dev -c null | docker cp - box:/vol");
            assertEquals("", user.run("busybox", "data:/d", "sh -c", "ls /d/null 2>/dev/null || true"));
            user.docker("start box");
        }
        // Of a container without a user, the owners stay with -a.
        user.docker("create --name plain -v data:/vol busybox true");
        user.shell("docker cp -a - plain:/vol <\"$HOME/owned.tar\"");
        assertEquals("12:34", owner("tree/sub/file"));
    }

    private static String owner(final String file) {
        return user.run("busybox", "data:/d", "busybox stat -c %u:%g /d/" + file);
    }

    private static void assertRefused(final String message, final String script) {
        final String said = user.shell("if " + script + " 2>\"$HOME/said\"; then exit 1; fi; cat \"$HOME/said\"");
        assertEquals("Error response from daemon: " + message, said);
    }

    @Test
    void shouldSayWhatDockerSays() {
        assertEquals("data", user.docker("volume create --label k=v data"));
        final String id = user.docker("create -v data:/a busybox true");
        final String used = user.fails("volume rm data");
        assertTrue(used.contains("remove data: volume is in use - [" + id + "]"), used);
        assertTrue(user.fails("volume rm nosuch").contains("get nosuch: no such volume"));
        assertTrue(
                user.fails("run --rm --volume-driver nfs -v v1:/v busybox true").contains("plugin \"nfs\" not found"));
        assertEquals("data", user.docker("volume ls -q --filter label=k=v"));
        assertEquals("", user.docker("volume ls -q --filter dangling=true"));
        final String place = user.docker("volume inspect --format {{.Mountpoint}} data");
        assertTrue(place.endsWith("/volumes/data/_data"), place);
        user.remove("/containers/" + id);
        assertEquals("", user.docker("volume ls -q --filter dangling=false"));
        assertEquals("data", user.docker("volume rm data"));
    }
}
