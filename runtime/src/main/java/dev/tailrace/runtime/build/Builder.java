package dev.tailrace.runtime.build;

import dev.tailrace.runtime.build.DockerfileReader.Parsed;
import dev.tailrace.runtime.engine.Engine;
import dev.tailrace.runtime.image.Image;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.ImageName;
import dev.tailrace.runtime.image.ImageTransfer;
import dev.tailrace.runtime.image.Intake;
import dev.tailrace.runtime.registry.Credentials;
import dev.tailrace.runtime.registry.Registries;
import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.UnpackedTree;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.tapio.linux.LinuxException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Builds images. Safe for several threads, each with a build of its own; ends early when its thread is
/// interrupted.
public final class Builder {
    private static final int MOST_TEXT_BYTES = 4 << 20;
    private static final String IGNORE_FILE = ".dockerignore";

    private final Engine engine;
    private final ImageTransfer store;
    private final Registries registries;

    public Builder(final Engine engine, final ImageTransfer store, final Registries registries) {
        this.engine = engine;
        this.store = store;
        this.registries = registries;
    }

    /// Builds an image, and names it.
    ///
    /// @param context a tar, plain or compressed; read to its end
    /// @return the image's id
    /// @throws BuildException see there
    public String build(final BuildRequest request, final InputStream context, final BuildOutput output)
            throws IOException, InterruptedException {
        // Before anything is done in vain.
        final List<ImageName> names =
                request.names().stream().map(ImageName::parse).toList();
        try (UnpackedTree tree = UnpackedTree.of(Compression.open(context), store.newPlace(), ArchiveLimits.DEFAULT);
                RootView view = new RootView(tree.files());
                Intake intake = store.intake()) {
            final IgnoreRules ignored = new IgnoreRules(view.text(IGNORE_FILE, MOST_TEXT_BYTES));
            final Parsed parsed = DockerfileReader.parse(dockerfile(request, view));
            final Plan plan = Plan.of(parsed, request);
            final Parts parts = new Parts(engine, store, registries, intake, output);
            final CopySource source = new CopySource(view, ignored, true);
            final String id = new StageRunner(parts, request, plan, source).run();
            final Image image = intake.commit(store.configuration(id), names, List.of());
            output.built(image.id());
            final String digits = image.id().substring(image.id().indexOf(':') + 1);
            output.text("Successfully built " + digits.substring(0, 12) + "\n");
            names.forEach(name -> output.text("Successfully tagged " + name.familiar() + "\n"));
            return image.id();
        } catch (final StorageException | LinuxException e) {
            throw new BuildException(BuildException.Kind.FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    /// Forgets the steps of builds that are over.
    ///
    /// @return how many bytes that were
    public long prune() {
        return store.forgetSteps(engine::isImageUsed);
    }

    /// What a build works with.
    record Parts(Engine engine, ImageTransfer store, Registries registries, Intake intake, BuildOutput output) {
        /// The bytes that name an image, which is had from its registry if it is not here.
        byte[] base(final BuildRequest request, final String name, final String platform)
                throws IOException, InterruptedException {
            final Optional<Image> known =
                    request.isPulled() ? Optional.empty() : engine.images().find(name);
            if (known.isPresent()) {
                return store.configuration(known.get().id());
            }
            final String domain = ImageName.parse(name.contains("@") ? name.substring(0, name.indexOf('@')) : name)
                    .domain();
            final Credentials credentials = request.credentials().getOrDefault(domain, Credentials.NONE);
            try {
                return store.configuration(registries
                        .pull(name, platform, credentials, output.pulls())
                        .id());
            } catch (final ImageException e) {
                throw new BuildException(BuildException.Kind.INVALID, String.valueOf(e.getMessage()), e);
            }
        }
    }

    private static String dockerfile(final BuildRequest request, final RootView view) throws IOException {
        final String name = request.dockerfile().isEmpty() ? "Dockerfile" : request.dockerfile();
        final String text = view.text(ByteText.of(name.replaceFirst("^/+", "")), MOST_TEXT_BYTES);
        if (text.isEmpty()) {
            final boolean isThere = view.find(ByteText.of(name)).isPresent();
            throw new BuildException(
                    BuildException.Kind.INVALID,
                    isThere
                            ? "the Dockerfile (" + name + ") cannot be empty"
                            : "Cannot locate specified Dockerfile: " + name);
        }
        return text;
    }
}
