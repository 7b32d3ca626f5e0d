package dev.tailrace.runtime.build;

import dev.tailrace.runtime.build.Builder.Parts;
import dev.tailrace.runtime.build.Plan.StagePlan;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Does what a plan says, one instruction after the other. For one build.
final class StageRunner {
    private static final String NOTHING = "/bin/sh -c #(nop) ";
    private static final int SHORT_DIGITS = 12;

    /// Variables that a build may be given without having asked for them (docs.docker.com, "Predefined
    /// ARGs").
    private static final Set<String> PREDEFINED =
            Set.of("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy");

    private final Parts parts;
    private final BuildRequest request;
    private final Plan plan;
    private final CopySource context;
    private final Map<String, String> globals = new HashMap<>();
    private final List<Stage> done = new ArrayList<>();
    private int step;

    StageRunner(final Parts parts, final BuildRequest request, final Plan plan, final CopySource context) {
        this.parts = parts;
        this.request = request;
        this.plan = plan;
        this.context = context;
    }

    /// @return the id of the last stage's image
    String run() throws IOException, InterruptedException {
        final Stage before = new Stage("", plan.escape(), Draft.scratch());
        for (final Instruction argument : plan.arguments()) {
            announce(argument);
            argument(argument, before, globals);
        }
        for (final StagePlan stage : plan.stages()) {
            done.add(from(stage, before));
            for (final Instruction instruction : stage.instructions()) {
                announce(instruction);
                execute(instruction, done.getLast());
                parts.output().text(" ---> " + shorten(done.getLast().draft().id()) + "\n");
            }
        }
        warnOfUnused();
        final String id = done.getLast().draft().id();
        if (id.isEmpty()) {
            throw new BuildException(BuildException.Kind.INVALID, "No image was generated. Is your Dockerfile empty?");
        }
        return id;
    }

    private Stage from(final StagePlan stage, final Stage before) throws IOException, InterruptedException {
        announce(stage.from());
        final String image = before.expand(stage.from(), stage.image());
        if (image.isBlank()) {
            throw stage.from().wrong("base name (" + stage.image() + ") should not be blank");
        }
        final String platform = stage.from().flag("platform").isEmpty()
                ? request.platform()
                : before.expand(stage.from(), stage.from().flag("platform"));
        final Optional<Stage> earlier = named(image);
        final Draft base;
        if (image.equals("scratch")) {
            base = Draft.scratch();
            parts.output().text(" ---> \n");
        } else {
            base = earlier.isPresent() ? earlier.get().draft() : Draft.of(parts.base(request, image, platform));
            parts.output().text(" ---> " + shorten(base.id()) + "\n");
        }
        base.layers().forEach(parts.intake()::has); // nobody deletes them meanwhile
        final Stage made = new Stage(stage.name(), plan.escape(), base);
        for (final String name : PREDEFINED) {
            for (final String spelled : List.of(name, name.toUpperCase(Locale.ROOT))) {
                if (request.arguments().containsKey(spelled)) {
                    made.declare(spelled, request.arguments().get(spelled));
                }
            }
        }
        triggers(stage, made);
        return made;
    }

    /// What the base image has for those who build on it.
    private void triggers(final StagePlan stage, final Stage made) throws IOException, InterruptedException {
        final List<String> triggers = Json.texts(made.draft().config(), "OnBuild");
        if (triggers.isEmpty()) {
            return;
        }
        parts.output()
                .text("# Executing " + triggers.size() + " build trigger" + (triggers.size() == 1 ? "" : "s") + "\n");
        final Map<String, Object> config = made.draft().newConfig();
        config.remove("OnBuild");
        keep(made, config, Optional.empty(), NOTHING + "ONBUILD triggers", "triggers");
        for (final String trigger : triggers) {
            execute(Instruction.parse(stage.from().line(), trigger), made);
        }
    }

    private void execute(final Instruction instruction, final Stage stage) throws IOException, InterruptedException {
        switch (instruction.keyword()) {
            case "ARG" -> {
                argument(instruction, stage, new HashMap<>());
                keep(stage, stage.draft().newConfig(), Optional.empty(), NOTHING + " " + instruction.text(), "");
            }
            case "RUN" -> run(instruction, stage);
            case "COPY", "ADD" -> copy(instruction, stage);
            case "WORKDIR" -> workingDirectory(instruction, stage);
            default -> {
                final Map<String, Object> config = ConfigSteps.apply(instruction, stage);
                // The configuration itself is what the instruction means, its variables replaced.
                keep(stage, config, Optional.empty(), NOTHING + " " + instruction.text(), Json.bytes(config));
            }
        }
    }

    /// @param global what `FROM`s may use
    private void argument(final Instruction instruction, final Stage stage, final Map<String, String> global) {
        for (final String word : Expansion.split(instruction.rest(), plan.escape())) {
            final int equals = word.indexOf('=');
            final String name = stage.expand(instruction, equals < 0 ? word : word.substring(0, equals));
            final String given = request.arguments().get(name);
            final String outside = globals.get(name);
            if (given != null) {
                stage.declare(name, given);
            } else if (equals >= 0) {
                stage.declare(name, stage.expand(instruction, word.substring(equals + 1)));
            } else if (outside != null) {
                stage.declare(name, outside);
            }
            stage.arguments().stream()
                    .filter(entry -> entry.startsWith(name + "="))
                    .forEach(entry -> global.put(name, entry.substring(name.length() + 1)));
        }
    }

    private void run(final Instruction instruction, final Stage stage) throws IOException, InterruptedException {
        final List<String> command = instruction.exec().orElseGet(() -> stage.inShell(instruction.rest()));
        final List<String> arguments = stage.arguments();
        final String createdBy =
                (arguments.isEmpty() ? "" : "|" + arguments.size() + " " + String.join(" ", arguments) + " ")
                        + String.join(" ", command);
        final String key = key(stage, "RUN", String.join("\0", command) + "\0\0" + String.join("\0", arguments));
        if (find(stage, key)) {
            return;
        }
        if (stage.draft().id().isEmpty()) {
            throw instruction.wrong("RUN needs an image: there is nothing to be run in scratch");
        }
        final String layer = new RunStep(parts.engine(), request, parts.output())
                .run(
                        stage.draft().id(),
                        command,
                        arguments,
                        parts.intake(),
                        parts.store().newPlace());
        add(stage, stage.draft().newConfig(), Optional.of(layer), createdBy, key);
    }

    private void copy(final Instruction instruction, final Stage stage) throws IOException, InterruptedException {
        final String from = stage.expand(instruction, instruction.flag("from"));
        if (from.isEmpty()) {
            copy(instruction, stage, context, "");
            return;
        }
        final Draft other = other(instruction, from);
        try (MountedRoot root = MountedRoot.of(parts.engine().roots(), other.layers());
                RootView view = new RootView(root.path())) {
            copy(instruction, stage, new CopySource(view, new IgnoreRules(""), false), other.id());
        }
    }

    /// @param imageId whose files they are; empty for those of the context
    private void copy(final Instruction instruction, final Stage stage, final CopySource source, final String imageId)
            throws IOException {
        final CopyStep copy = new CopyStep(instruction, stage, source);
        final String content = imageId.isEmpty() ? copy.digest() : imageId;
        final String words = String.join("\0", stage.words(instruction));
        final String key = key(stage, instruction.keyword(), instruction.flags() + words + "\0\0" + content);
        if (find(stage, key)) {
            return;
        }
        final String layer;
        if (stage.draft().layers().isEmpty()) {
            layer = layer(out -> copy.write(out, Optional.empty()));
        } else {
            try (MountedRoot root =
                            MountedRoot.of(parts.engine().roots(), stage.draft().layers());
                    RootView view = new RootView(root.path())) {
                layer = layer(out -> copy.write(out, Optional.of(view)));
            }
        }
        add(stage, stage.draft().newConfig(), Optional.of(layer), NOTHING + instruction.text(), key);
    }

    private void workingDirectory(final Instruction instruction, final Stage stage) throws IOException {
        final Map<String, Object> config = ConfigSteps.apply(instruction, stage);
        final String path = ByteText.of(String.valueOf(config.get("WorkingDir")).substring(1));
        final String key = key(stage, "WORKDIR", path);
        if (find(stage, key)) {
            return;
        }
        Optional<String> layer = Optional.empty();
        if (stage.draft().layers().isEmpty()) {
            layer = Optional.of(layer(out -> directory(out, Optional.empty(), path)));
        } else {
            try (MountedRoot root =
                            MountedRoot.of(parts.engine().roots(), stage.draft().layers());
                    RootView view = new RootView(root.path())) {
                if (view.find(path).isEmpty()) {
                    layer = Optional.of(layer(out -> directory(out, Optional.of(view), path)));
                }
            }
        }
        add(stage, config, layer, NOTHING + instruction.text(), key);
    }

    private static void directory(final OutputStream out, final Optional<RootView> view, final String path)
            throws IOException {
        try (LayerWriter writer = new LayerWriter(out, view, Owner.ROOT, entry -> entry)) {
            writer.directory(writer.realPath(path));
        }
    }

    /// Writes an archive.
    private interface Content {
        void write(OutputStream out) throws IOException;
    }

    private String layer(final Content content) throws IOException {
        final Path place = parts.store().newPlace();
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(place))) {
                content.write(out);
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(place))) {
                return parts.intake().layer(in);
            }
        } finally {
            TreeRemoval.remove(place);
        }
    }

    private Draft other(final Instruction instruction, final String from) throws IOException, InterruptedException {
        final Optional<Stage> stage = named(from);
        if (stage.isPresent()) {
            return stage.get().draft();
        }
        if (from.matches("[0-9]+")) {
            final int index = from.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(from);
            if (index >= done.size() - 1) {
                throw instruction.wrong("invalid from flag value " + from + ": there is no such stage before this");
            }
            return done.get(index).draft();
        }
        return Draft.of(parts.base(request, from, request.platform()));
    }

    private Optional<Stage> named(final String name) {
        return done.reversed().stream()
                .filter(stage -> !stage.name().isEmpty() && stage.name().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    private void keep(
            final Stage stage,
            final Map<String, Object> config,
            final Optional<String> layer,
            final String createdBy,
            final String meaning) {
        keep(stage, config, layer, createdBy, meaning.getBytes(StandardCharsets.UTF_8));
    }

    private void keep(
            final Stage stage,
            final Map<String, Object> config,
            final Optional<String> layer,
            final String createdBy,
            final byte[] meaning) {
        final String key = key(stage, createdBy, Digests.of(meaning) + stage.author());
        try {
            if (!find(stage, key)) {
                add(stage, config, layer, createdBy, key);
            }
        } catch (final IOException e) {
            throw new BuildException(BuildException.Kind.FAILED, "cannot read the store: " + e.getMessage(), e);
        }
    }

    private static String key(final Stage stage, final String instruction, final String meaning) {
        return Digests.of((stage.draft().id() + "\0" + instruction + "\0" + meaning).getBytes(StandardCharsets.UTF_8));
    }

    /// Whether the step was done before; the stage is then where it leads.
    private boolean find(final Stage stage, final String key) throws IOException {
        final Optional<String> known = request.isCached() ? parts.store().step(key) : Optional.empty();
        if (known.isEmpty()) {
            return false;
        }
        final Draft draft = Draft.of(parts.store().configuration(known.get()));
        for (final String layer : draft.layers()) {
            if (!parts.intake().has(layer)) {
                return false;
            }
        }
        parts.output().text(" ---> Using cache\n");
        stage.draft(draft);
        return true;
    }

    private void add(
            final Stage stage,
            final Map<String, Object> config,
            final Optional<String> layer,
            final String createdBy,
            final String key) {
        final byte[] next = stage.draft()
                .next(
                        config,
                        layer,
                        createdBy,
                        stage.author(),
                        parts.engine().clock().instant());
        final Image image = parts.intake().keep(next, key);
        stage.draft(Draft.of(next));
        if (!image.id().equals(stage.draft().id())) {
            throw new IllegalStateException("the store calls it " + image.id());
        }
    }

    private void announce(final Instruction instruction) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        step++;
        parts.output().text("Step " + step + "/" + plan.total() + " : " + instruction.text() + "\n");
    }

    private void warnOfUnused() {
        final List<String> unused = request.arguments().keySet().stream()
                .filter(name ->
                        !plan.argumentNames().contains(name) && !PREDEFINED.contains(name.toLowerCase(Locale.ROOT)))
                .sorted()
                .toList();
        if (!unused.isEmpty()) {
            parts.output().text("[Warning] One or more build-args " + unused + " were not consumed\n");
        }
    }

    private static String shorten(final String id) {
        return id.isEmpty() ? "" : Digests.hex(id).substring(0, SHORT_DIGITS);
    }
}
