package dev.tailrace.runtime.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/// `tailrace install-unit`: a unit by which systemd keeps the engine running for a user (systemd.service(5)).
final class InstallUnitCommand {
    private static final String NAME = "tailrace.service";

    /// What only people can put right is no reason to try again: wrong use, running already, the machine lacks
    /// something.
    private static final String UNIT = """
            [Unit]
            Description=Tailrace, containers for an ordinary user

            [Service]
            Type=notify
            NotifyAccess=main
            ExecStart=%s daemon
            # The containers' control groups are ours to make.
            Delegate=yes
            # The engine stops its containers, each within its own time.
            KillMode=mixed
            TimeoutStopSec=120
            Restart=on-failure
            RestartPreventExitStatus=2 3 4
            TasksMax=infinity
            LimitNOFILE=infinity

            [Install]
            WantedBy=default.target
            """;

    private InstallUnitCommand() {}

    static int run(final List<String> words, final Console console) {
        try {
            if (words.equals(List.of("--help")) || words.equals(List.of("-h"))) {
                console.out()
                        .println("Usage: tailrace install-unit [--print]\nWrites a unit of systemd for your engine, or"
                                + " prints it, and says how it is started.");
                return 0;
            }
            final Path launcher = Launcher.path()
                    .orElseThrow(() -> new CommandException(
                            ExitCode.ENGINE, "this is no installed tailrace that a unit could start"));
            if (words.equals(List.of("--print"))) {
                console.out().print(unit(launcher));
                return 0;
            }
            if (!words.isEmpty()) {
                throw new CommandException(ExitCode.ENGINE, "unexpected \"" + words.getFirst() + "\"");
            }
            final Path unit = write(directory(console.environment()), launcher);
            console.out().println("wrote " + unit + "; now:");
            console.out().println("  systemctl --user daemon-reload");
            console.out().println("  systemctl --user enable --now tailrace");
            console.out().println("  sudo loginctl enable-linger $USER   # to have it run while you are not there");
            return 0;
        } catch (final IOException | CommandException e) {
            console.err().println("tailrace install-unit: " + e.getMessage());
            return 1;
        }
    }

    /// The unit for a launcher; `%` and spaces mean something in a unit.
    static String unit(final Path launcher) {
        final String path = launcher.toAbsolutePath().normalize().toString();
        final String quoted =
                '"' + path.replace("\\", "\\\\").replace("\"", "\\\"").replace("%", "%%") + '"';
        return UNIT.formatted(path.matches("[A-Za-z0-9/._+-]+") ? path : quoted);
    }

    /// Where systemd looks for units of a user (systemd.unit(5)).
    static Path directory(final Map<String, String> environment) {
        final String config = environment.getOrDefault("XDG_CONFIG_HOME", "");
        final String home = environment.getOrDefault("HOME", "");
        if (config.startsWith("/")) {
            return Path.of(config, "systemd/user");
        }
        if (!home.startsWith("/")) {
            throw new CommandException(ExitCode.ENGINE, "HOME is no absolute path: export HOME");
        }
        return Path.of(home, ".config/systemd/user");
    }

    private static Path write(final Path directory, final Path launcher) throws IOException {
        Files.createDirectories(directory);
        final Path fresh = Files.createTempFile(directory, ".tailrace-", ".service");
        try {
            Files.write(fresh, unit(launcher).getBytes(StandardCharsets.UTF_8));
            return Files.move(fresh, directory.resolve(NAME), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
