package dev.tailrace.runtime.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Program;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `DOCKER_BUILDKIT=0 docker build` with the stock client.
final class BuildIT {
    private static final String MANY = """
            ARG BASE=unknown
            FROM ${BASE} AS build
            ARG WHO=nobody
            ENV GREETING="hello ${WHO:-x}" PLACE=/srv
            WORKDIR $PLACE/app
            # wildcards, a directory that is made, an owner
            COPY --chown=12:34 --chmod=0640 src/*.txt ./texts/
            RUN echo "$GREETING" >greeting \\
                && busybox stat -c '%n %u:%g %a' texts/a.txt >>greeting
            RUN ["sh", "-c", "busybox mkdir -p /out && busybox cp greeting /out/ && busybox ln -s /out /link"]
            COPY src/sub /link/sub
            FROM busybox
            COPY --from=build /out /result
            ADD packed.tar.gz /unpacked/
            LABEL version="1 2" other=x
            EXPOSE 80 8000-8001/udp
            USER 12
            STOPSIGNAL SIGINT
            SHELL ["sh", "-ec"]
            HEALTHCHECK --interval=5s --retries=2 CMD true
            ENTRYPOINT ["sh", "-c"]
            CMD ["cat /result/greeting /result/sub/deep /unpacked/x; id -u"]
            """;

    private static EngineHost host;

    @BeforeAll
    static void start() {
        final String obstacle = Lab.obstacle();
        assumeTrue(obstacle == null, obstacle);
        assumeFalse(EngineHost.clients().isEmpty(), "there is no docker client here");
        host = new EngineHost();
        host.machine().run("sh", "-euc", """
                mkdir -p "$HOME/context/src/sub"
                cd "$HOME/context"
                echo a >src/a.txt
                echo b >src/b.txt
                echo c >src/c.md
                echo deep >src/sub/deep
                echo secret >"$HOME/outside"
                ln -s "$HOME/outside" absolute
                ln -s ../outside relative
                echo from the archive >x
                tar -czf packed.tar.gz x
                tar -cPf evil.tar --transform 's,^x$,../../x,' x
                echo '**/*.md' >.dockerignore
                """);
    }

    @AfterAll
    static void stop() {
        if (host != null) {
            host.close();
        }
    }

    @Test
    void shouldDoAllInstructionsAndUseItsCache() {
        final String[] options = {
            "--build-arg", "BASE=busybox", "--build-arg", "WHO=me", "--label", "k=v w", "-t", "app:1", "-t", "app:2"
        };
        final Program first = build(MANY, options);
        assertEquals(0, first.awaitExit(), first::toString);
        final String shown = first.stdout();
        assertTrue(shown.contains("Step 1/21 : ARG BASE=unknown\nStep 2/21 : FROM ${BASE} AS build\n ---> "), shown);
        assertTrue(shown.contains("\nStep 7/21 : RUN echo \"$GREETING\" >greeting     && busybox stat"), shown);
        assertTrue(
                shown.contains("\n ---> Running in ") && shown.contains("\n ---> Removed intermediate container "),
                shown);
        assertTrue(shown.contains("\nStep 21/21 : LABEL 'k'='v w'\n"), shown);
        assertTrue(shown.endsWith("Successfully tagged app:1\nSuccessfully tagged app:2\n"), shown);
        assertFalse(shown.contains("Using cache"), shown);
        assertEquals("hello me\ntexts/a.txt 12:34 640\ndeep\nfrom the archive\n12\n", docker("run", "--rm", "app:2"));
        assertEquals(
                "12 map[80/tcp:{} 8000/udp:{} 8001/udp:{}] SIGINT map[k:v w other:x version:1 2] [sh -c]\n",
                docker(
                        "inspect",
                        "--format",
                        "{{.Config.User}} {{.Config.ExposedPorts}} {{.Config.StopSignal}} {{.Config.Labels}}"
                                + " {{.Config.Entrypoint}}",
                        "app:1"));
        final String again = built(MANY, options);
        assertEquals(18, again.split("---> Using cache", -1).length - 1, again);
        host.machine().run("sh", "-euc", "echo changed >\"$HOME/context/src/sub/deep\"");
        final String changed = built(MANY, options);
        final int miss = changed.indexOf("COPY src/sub");
        assertTrue(changed.substring(0, miss).contains("Using cache"), changed);
        assertTrue(docker("run", "--rm", "app:1").contains("changed\n"));
        final List<String> fresh = new ArrayList<>(List.of(options));
        fresh.add("--no-cache");
        assertFalse(built(MANY, fresh.toArray(String[]::new)).contains("Using cache"));
        final String freed = host.machine()
                .run(
                        "env",
                        "DOCKER_BUILDKIT=0",
                        socket(),
                        EngineHost.clients().getFirst().toString(),
                        "builder",
                        "prune",
                        "-f");
        assertTrue(freed.startsWith("Total"), freed);
        assertFalse(built("FROM busybox\nENV A=b\n").contains("Using cache"));
        assertTrue(docker("run", "--rm", "app:2").contains("hello me"));
    }

    @Test
    void shouldBuildTargetsAndTellTheId() {
        final String text = "FROM busybox AS one\nENV S=one\nCMD echo $S\nFROM one AS two\nENV S=two\n";
        final String id = built(text, "-q", "--target", "one").strip();
        assertTrue(id.matches("sha256:[0-9a-f]{64}"), id);
        assertEquals("one\n", docker("run", "--rm", id));
        assertEquals("two\n", docker("run", "--rm", built(text, "-q").strip()));
    }

    @Test
    void shouldSayWhatFailsAndEndWithItsCode() {
        final Program failed = build("FROM busybox\nVOLUME /v\nRUN true\nRUN echo before; exit 3\n");
        assertEquals(3, failed.awaitExit(), failed::toString);
        assertTrue(failed.stdout().contains("before\n"), failed::toString);
        assertTrue(
                failed.stderr().endsWith("The command '/bin/sh -c echo before; exit 3' returned a non-zero code: 3\n"),
                failed::toString);
        assertEquals("", docker("ps", "-aq"), "the container of a failed step is left");
        assertEquals("", docker("volume", "ls", "-q"), "volumes of steps are left");
        assertRefused("dockerfile parse error on line 3: unknown instruction: RNU", "FROM busybox\n\nRNU x\n");
        assertRefused("target stage \"x\" could not be found", "FROM busybox\n", "--target", "x");
        assertRefused("addresses are not supported by this engine", "FROM busybox\nADD https://example.invalid/x /\n");
        assertRefused("lookup nosuch.invalid: no such host", "FROM nosuch.invalid/x\n");
    }

    @Test
    void shouldNotLeaveTheContextNorTheImage() {
        assertRefused(
                "COPY failed: forbidden path outside the build context: ../outside",
                "FROM busybox\nCOPY ../outside /\n");
        for (final String link : List.of("absolute", "relative")) {
            assertRefused(
                    "COPY failed: file not found in build context or excluded by .dockerignore: stat " + link,
                    "FROM busybox\nCOPY " + link + " /\n");
        }
        assertRefused("stat src/c.md: file does not exist", "FROM busybox\nCOPY src/c.md /\n");
        assertRefused("ADD failed: the archive has an entry that leads out of it", "FROM busybox\nADD evil.tar /\n");
        // A link in the image leads where it leads in there.
        final String text = "FROM busybox\nRUN busybox ln -s /tmp/../../../../real /to && busybox mkdir /real\n"
                + "COPY src/a.txt /to/\nRUN cat /real/a.txt\n";
        assertTrue(built(text).contains("\na\n"));
        assertEquals("secret\n", host.machine().run("sh", "-c", "cat \"$HOME/outside\""));
    }

    @Test
    void shouldKeepAttributesOfDirectoriesInTheImage() {
        final String text =
                "FROM busybox\nRUN busybox chmod 1777 /tmp && busybox chown 5:6 /tmp\nCOPY src/a.txt /tmp/\n"
                        + "RUN busybox stat -c '%a %u:%g' /tmp && busybox stat -c '%a %u:%g' /tmp/a.txt\n";
        assertTrue(built(text).contains("\n1777 5:6\n644 0:0\n"));
    }

    private static void assertRefused(final String message, final String dockerfile, final String... options) {
        final Program refused = build(dockerfile, options);
        assertEquals(1, refused.awaitExit(), refused::toString);
        assertTrue(refused.stderr().contains(message), refused::toString);
    }

    private static String built(final String dockerfile, final String... options) {
        final Program build = build(dockerfile, options);
        assertEquals(0, build.awaitExit(), build::toString);
        return build.stdout();
    }

    private static Program build(final String dockerfile, final String... options) {
        final List<String> command = new ArrayList<>(List.of(
                "sh",
                "-euc",
                "printf %s \"$1\" >\"$HOME/context/Dockerfile\"; export DOCKER_BUILDKIT=0 DOCKER_HOST=\"$2\"; cd \"$HOME\""
                        + "; shift 2; exec \"$@\" context",
                "sh",
                dockerfile,
                socket().substring("DOCKER_HOST=".length()),
                EngineHost.clients().getFirst().toString(),
                "build"));
        command.addAll(List.of(options));
        return host.machine().start(command.toArray(String[]::new));
    }

    private static String socket() {
        return "DOCKER_HOST=unix://" + host.machine().runtime() + "/tailrace.sock";
    }

    private static String docker(final String... arguments) {
        return host.docker(EngineHost.clients().getFirst(), arguments);
    }
}
