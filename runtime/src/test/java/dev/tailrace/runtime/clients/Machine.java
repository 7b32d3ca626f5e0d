package dev.tailrace.runtime.clients;

import dev.tailrace.tapio.lab.Await;
import dev.tailrace.tapio.lab.Lab;
import dev.tailrace.tapio.lab.Place;
import dev.tailrace.tapio.lab.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// A rootless user's machine; see the package.
final class Machine implements AutoCloseable {
    private final Lab lab;
    private final Place root;
    private final Place account;
    private final Internet internet;
    private final Path home;
    private final String runtime;
    private final List<String> environment;

    /// @param subject what podman is configured to start, and what is first in `PATH`
    Machine(final Subject subject) {
        final int uid = id("unix:uid");
        lab = Lab.withAccount();
        try {
            internet = new Internet(lab);
            home = Files.createDirectory(lab.directory().resolve("home"));
            runtime = "/run/user/" + uid;
            final Path script = lab.directory().resolve("machine.sh");
            Files.write(script, script());
            root = lab.machine("account=" + System.getProperty("user.name") + "; uid=" + uid + "; gid=" + id("unix:gid")
                    + "; home=" + home + "; runtime=" + runtime + "; name_server=" + Internet.NAME_SERVER + "\n. "
                    + script);
        } catch (final IOException e) {
            lab.close();
            throw new UncheckedIOException(e);
        } catch (final RuntimeException | Error e) {
            lab.close();
            throw e;
        }
        account = root.ofAccount();
        environment = List.of(
                "env",
                "-i",
                "HOME=" + home,
                "XDG_RUNTIME_DIR=" + runtime,
                "LC_ALL=C.UTF-8",
                "PATH=/run/bin:" + subject.program().getParent() + ":/usr/sbin:/usr/bin:/sbin:/bin");
        configure(subject);
    }

    /// Runs a program as the account to its end, which must be a success.
    ///
    /// @return its standard output
    String run(final String... command) {
        return account.run(whole(command).toArray(String[]::new));
    }

    /// Starts a program as the account; it is killed with the machine.
    Program start(final String... command) {
        return account.start(whole(command));
    }

    /// Runs a program as root to its end, which must be a success.
    ///
    /// @return its standard output
    String asRoot(final String... command) {
        return root.run(command);
    }

    /// Asks a port from the internet, as often as it takes to get an answer.
    ///
    /// @param socatAddress of the port, as socat writes it
    String answerTo(final String socatAddress) {
        return answerTo(lab.internet(), socatAddress);
    }

    /// The same from the host.
    String hostsAnswerTo(final String socatAddress) {
        return answerTo(lab.host(), socatAddress);
    }

    /// Runs a program on the internet's side to its end, which must be a success.
    ///
    /// @return its standard output
    String onInternet(final String... command) {
        return lab.internet().run(command);
    }

    /// Starts a program on the host's side, which is another user's for the account; it is killed with the machine.
    Program startOnHost(final String... command) {
        return lab.host().start(command);
    }

    /// Whether nobody listens at an address of the host, seen from the internet.
    boolean refuses(final String socatAddress) {
        final Program client = lab.internet().start("socat", "-u", socatAddress, "-");
        return client.awaitExit() != 0 && client.stderr().contains("Connection refused");
    }

    /// What the kernel says, under names such as `Seccomp`, of all threads of the processes that serve a network: the
    /// values that there are, a line each.
    String status(final Subject subject, final String name) {
        final String script = "for process in /proc/[0-9]*; do [ \"$(readlink $process/exe)\" != \"$1\" ] ||"
                + " awk -v name=\"$2:\" '$1 == name { print $2 }' $process/task/*/status; done | sort -u";
        return asRoot("sh", "-euc", script, "sh", subject.executable().toString(), name)
                .strip();
    }

    /// Asks the account's engine to end, as systemd does.
    void endDaemon() {
        run("sh", "-c", "kill -TERM $(cat \"$HOME/.local/share/tailrace/daemon.pid\")");
    }

    /// Waits until nothing is left that was not there before.
    void awaitNothingBut(final Traces before) {
        Await.until(
                () -> "the end of " + Traces.of(this).without(before),
                () -> Traces.of(this).without(before).isEmpty());
    }

    Internet internet() {
        return internet;
    }

    /// The account's home directory, which only the machine sees.
    Path home() {
        return home;
    }

    /// The account's `XDG_RUNTIME_DIR`.
    String runtime() {
        return runtime;
    }

    /// Where the test itself finds what the machine has at `path`.
    Path seen(final String path) {
        return Path.of("/proc/" + root.pid() + "/root" + path);
    }

    /// Where the internet's side and the host's side see a file, too.
    Path shared() {
        return lab.directory();
    }

    @Override
    public void close() {
        lab.close();
    }

    private List<String> whole(final String... command) {
        final List<String> whole = new ArrayList<>(environment);
        whole.addAll(List.of(command));
        return whole;
    }

    /// `podman` and buildah, as the README says, without what this machine lacks: systemd and a registry.
    private void configure(final Subject subject) {
        final String script = """
                cd "$HOME/.config/containers"
                cat >containers.conf <<END
                [containers]
                cgroups = "disabled"
                [engine]
                network_cmd_path = "$1"
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                runtime = "crun"
                END
                printf '[storage]\\ndriver = "vfs"\\n' >storage.conf
                echo '{"default":[{"type":"insecureAcceptAnything"}]}' >policy.json
                """;
        run("sh", "-euc", script, "sh", subject.program().toString());
    }

    /// Makes the root directory of an image below the home directory: busybox, socat and a ping for ordinary users.
    Path makeRootDirectory() {
        final String script = """
                mkdir -p "$HOME/root/bin" "$HOME/root/etc" "$HOME/root/tmp"
                cd "$HOME/root"
                cp "$(command -v busybox)" bin/busybox
                for name in sh cat grep ip nslookup sha256sum sleep; do ln -s busybox bin/$name; done
                cp "$(command -v socat)" "$(command -v ping)" bin
                for file in $(ldd bin/socat bin/ping | grep -o '/[^ )]*\\.so[^ )]*' | sort -u); do
                    mkdir -p ".${file%/*}"
                    cp -L "$file" ".$file"
                done
                """;
        run("sh", "-euc", script);
        return home.resolve("root");
    }

    private static String answerTo(final Place place, final String socatAddress) {
        final StringBuilder answer = new StringBuilder();
        Await.until(() -> "an answer to the " + place + " from " + socatAddress, () -> {
            // The shell's pipe: one to us would break if the client ends, refused, before we have written.
            final Program client = place.start("sh", "-c", "echo | socat -t2 -T5 - \"$0\"", socatAddress);
            client.awaitExit();
            answer.append(client.stdout());
            return !answer.isEmpty();
        });
        return answer.toString();
    }

    private static int id(final String attribute) {
        try {
            return (Integer) Files.getAttribute(Path.of("/proc/self"), attribute);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] script() throws IOException {
        try (InputStream script = Objects.requireNonNull(Machine.class.getResourceAsStream("machine.sh"))) {
            return script.readAllBytes();
        }
    }
}
