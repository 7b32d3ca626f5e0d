package dev.tailrace.runtime.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `run` and `create` have in common, with docker's names; [CreateBody] makes the request of it.
final class ContainerOptions {
    @Option(names = "--name", paramLabel = "NAME", description = "Of the container.")
    String name = "";

    @Option(
            names = {"-i", "--interactive"},
            description = "Keep its input open.")
    boolean isInteractive;

    @Option(
            names = {"-t", "--tty"},
            description = "Give it a terminal.")
    boolean hasTerminal;

    @Option(
            names = {"-a", "--attach"},
            paramLabel = "STREAM",
            description = "stdin, stdout, stderr: show these only.")
    List<String> attached = List.of();

    @Option(names = "--rm", description = "Remove it when it has ended.")
    boolean isRemoved;

    @Option(names = "--init", description = "Run a process 1 that reaps orphans and forwards signals.")
    boolean hasInit;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "NAME[=VALUE]",
            description = "Set a variable, or pass ours on.")
    List<String> environment = List.of();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Variables, a line each.")
    List<String> environmentFiles = List.of();

    @Option(
            names = {"-l", "--label"},
            paramLabel = "NAME=VALUE",
            description = "Mark it.")
    List<String> labels = List.of();

    @Option(
            names = {"-h", "--hostname"},
            paramLabel = "NAME",
            description = "Of its host.")
    String hostname = "";

    @Option(names = "--entrypoint", paramLabel = "PROGRAM", description = "Instead of the image's.")
    @Nullable
    String entrypoint;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER[:GROUP]",
            description = "Names or numbers of the container.")
    String user = "";

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIRECTORY",
            description = "To start in.")
    String workingDirectory = "";

    @Option(
            names = {"-v", "--volume"},
            paramLabel = "SOURCE:TARGET[:ro]",
            description = "Show it a file or directory.")
    List<String> volumes = List.of();

    @Option(names = "--mount", paramLabel = "KEY=VALUE,...", description = "The same as type=bind,src=A,dst=B.")
    List<String> mounts = List.of();

    @Option(names = "--tmpfs", paramLabel = "TARGET[:OPTIONS]", description = "An empty directory in memory.")
    List<String> temporary = List.of();

    @Option(names = "--read-only", description = "Let it write to its mounts only.")
    boolean isReadOnly;

    @Option(
            names = {"-p", "--publish"},
            paramLabel = "[[ADDRESS:]PORT:]PORT[/udp]",
            description = "Let others reach a port.")
    List<String> published = List.of();

    @Option(
            names = {"-P", "--publish-all"},
            description = "Publish all ports that the image exposes.")
    boolean isAllPublished;

    @Option(names = "--expose", paramLabel = "PORT[/udp]", description = "Say which ports it has.")
    List<String> exposed = List.of();

    @Option(
            names = {"--network", "--net"},
            paramLabel = "MODE",
            description = "bridge, host, none or container:NAME.")
    String network = "default";

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "For its /etc/hosts.")
    List<String> hosts = List.of();

    @Option(names = "--dns", paramLabel = "ADDRESS", description = "Its name servers.")
    List<String> nameServers = List.of();

    @Option(names = "--dns-search", paramLabel = "DOMAIN", description = "Where it looks for short names.")
    List<String> searchDomains = List.of();

    @Option(
            names = {"--dns-option", "--dns-opt"},
            paramLabel = "OPTION",
            description = "Of its resolver.")
    List<String> resolverOptions = List.of();

    @Option(names = "--cap-add", paramLabel = "CAPABILITY", description = "That it has more.")
    List<String> addedCapabilities = List.of();

    @Option(names = "--cap-drop", paramLabel = "CAPABILITY", description = "That it has not.")
    List<String> droppedCapabilities = List.of();

    @Option(names = "--privileged", description = "All that root of our user namespace may.")
    boolean isPrivileged;

    @Option(names = "--security-opt", paramLabel = "OPTION", description = "no-new-privileges, seccomp=unconfined.")
    List<String> securityOptions = List.of();

    @Option(names = "--group-add", paramLabel = "GROUP", description = "That its user is in, too.")
    List<String> groups = List.of();

    @Option(names = "--ulimit", paramLabel = "NAME=SOFT[:HARD]", description = "A limit of getrlimit(2).")
    List<String> limits = List.of();

    @Option(names = "--sysctl", paramLabel = "NAME=VALUE", description = "A setting of its namespaces.")
    List<String> settings = List.of();

    @Option(names = "--shm-size", paramLabel = "BYTES", description = "Of its /dev/shm, such as 64m.")
    String sharedMemory = "";

    @Option(
            names = {"-m", "--memory"},
            paramLabel = "BYTES",
            description = "At most, such as 512m.")
    String memory = "";

    @Option(names = "--cpus", paramLabel = "NUMBER", description = "Processors at most, such as 1.5.")
    String processors = "";

    @Option(names = "--pids-limit", paramLabel = "NUMBER", description = "Processes at most.")
    @Nullable
    Long processes;

    @Option(names = "--restart", paramLabel = "POLICY", description = "no, on-failure[:N], always, unless-stopped.")
    String restart = "";

    @Option(names = "--stop-signal", paramLabel = "SIGNAL", description = "That asks it to end.")
    String stopSignal = "";

    @Option(names = "--stop-timeout", paramLabel = "SECONDS", description = "After which it is killed.")
    @Nullable
    Integer stopTimeoutS;

    @Option(names = "--cidfile", paramLabel = "FILE", description = "Write its id there.")
    String idFile = "";

    @Option(names = "--pull", paramLabel = "WHEN", description = "Taken for docker's sake: nothing is pulled.")
    String pull = "";

    @Option(names = "--platform", paramLabel = "PLATFORM", description = "Such as linux/amd64.")
    String platform = "";

    @Parameters(index = "0", paramLabel = "IMAGE")
    String image = "";

    @Parameters(index = "1..*", paramLabel = "COMMAND")
    List<String> command = List.of();
}
