package dev.tailrace.runtime.build;

import dev.tailrace.runtime.build.CopySource.Found;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.storage.ByteText;
import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.Digests;
import dev.tailrace.runtime.storage.RootView;
import dev.tailrace.runtime.storage.StorageException;
import dev.tailrace.runtime.storage.tar.TarEntry;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// `COPY` and `ADD`: what is copied, where to, and as whose.
final class CopyStep {
    /// Where a header of tar says that it is one (POSIX pax, ustar interchange format).
    private static final int MAGIC_OFFSET = 257;

    private static final String MAGIC = "ustar";
    private static final int HEADER_BYTES = 512;

    private final Instruction instruction;
    private final CopySource source;
    private final List<Found> found = new ArrayList<>();
    private final String target;
    private final boolean isTargetDirectory;

    /// Reads the words, and finds the sources.
    CopyStep(final Instruction instruction, final Stage stage, final CopySource source) {
        this.instruction = instruction;
        this.source = source;
        final List<String> words = stage.words(instruction);
        final String keyword = instruction.keyword();
        if (words.size() < 2) {
            throw instruction.wrong(keyword + " requires at least two arguments, but only one was provided. Destination"
                    + " could not be determined.");
        }
        for (final String word : words.subList(0, words.size() - 1)) {
            if (word.matches("(?i)(https?|ftp|git|ssh)://.*|git@.*")) {
                throw instruction.wrong(
                        keyword + " of " + word
                                + ": addresses are not supported by this engine: fetch it in a RUN, or put it into the context");
            }
            found.addAll(source.find(keyword, word));
        }
        final String last = words.getLast();
        final String directory = Json.text(stage.draft().config(), "WorkingDir");
        target = ByteText.of(plain(last.startsWith("/") ? last : directory + "/" + last));
        isTargetDirectory = last.endsWith("/") || last.equals(".") || last.endsWith("/.") || target.isEmpty();
        if (found.size() > 1 && !isTargetDirectory) {
            throw instruction.wrong("When using " + keyword
                    + " with more than one source file, the destination must be a directory and end with a /");
        }
    }

    /// The digest of all that decides what the layer will be, but the image below.
    String digest() throws IOException {
        final MessageDigest digest = Digests.sha256();
        try (OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
                LayerWriter writer = new LayerWriter(
                        out,
                        Optional.empty(),
                        Owner.ROOT,
                        entry -> owned(entry, Owner.ROOT).withTime(0, 0))) {
            for (final Found one : found) {
                // Which of them is unpacked follows from their content.
                writer.copy(source, one, "f/" + one.name());
            }
        }
        return Digests.text(digest);
    }

    /// Writes the layer.
    ///
    /// @param image below, if there is one
    void write(final OutputStream out, final Optional<RootView> image) throws IOException {
        final String chown = instruction.flag("chown");
        final Owner owner = chown.isEmpty() ? Owner.ROOT : owner(chown, image);
        final UnaryOperator<TarEntry> attributes = entry -> permitted(owned(entry, owner));
        // What comes out of an archive keeps its owners, unless others are asked for.
        final UnaryOperator<TarEntry> unpacked = chown.isEmpty() ? this::permitted : attributes;
        try (LayerWriter writer = new LayerWriter(out, image, owner, attributes)) {
            for (final Found one : found) {
                write(writer, one, unpacked);
            }
        }
    }

    private void write(final LayerWriter writer, final Found one, final UnaryOperator<TarEntry> unpacked)
            throws IOException {
        final String real = writer.realPath(target);
        if (one.status().isDirectory()) {
            writer.copy(source, one, real);
        } else if (instruction.keyword().equals("ADD") && isArchive(one)) {
            try (InputStream archive = Compression.open(open(one))) {
                writer.unpack(archive, real, unpacked);
            }
        } else if (isTargetDirectory || writer.isDirectory(target)) {
            writer.copy(source, one, writer.realPath(target.isEmpty() ? one.name() : target + "/" + one.name()));
        } else {
            writer.copy(source, one, real);
        }
    }

    private static Owner owner(final String text, final Optional<RootView> image) throws IOException {
        if (image.isPresent()) {
            return Owner.parse(text, image.get());
        }
        if (!text.matches("[0-9]{1,9}(:[0-9]{1,9})?")) {
            throw new BuildException(
                    BuildException.Kind.INVALID,
                    "unable to convert uid/gid chown string to host mapping: there is no" + " /etc/passwd to find "
                            + text + " in");
        }
        final String[] ids = text.split(":", -1);
        return new Owner(Integer.parseInt(ids[0]), Integer.parseInt(ids[ids.length - 1]));
    }

    private static TarEntry owned(final TarEntry entry, final Owner owner) {
        return entry.withOwner(owner.uid(), owner.gid());
    }

    private TarEntry permitted(final TarEntry entry) {
        final String mode = instruction.flag("chmod");
        if (mode.isEmpty() || entry.type() == TarEntry.Type.SYMBOLIC_LINK) {
            return entry;
        }
        if (!mode.matches("0?[0-7]{3,4}")) {
            throw instruction.wrong("invalid --chmod " + mode + ": give octal digits");
        }
        return entry.withMode(Integer.parseInt(mode, 8));
    }

    private boolean isArchive(final Found one) throws IOException {
        if (!one.status().isFile()) {
            return false;
        }
        try (InputStream in = Compression.open(open(one))) {
            final byte[] header = in.readNBytes(HEADER_BYTES);
            return header.length == HEADER_BYTES
                    && ByteText.of(header, MAGIC_OFFSET, MAGIC.length()).equals(MAGIC);
        } catch (final StorageException e) {
            if (String.valueOf(e.getMessage()).contains("is not supported")) {
                throw new BuildException(BuildException.Kind.UNSUPPORTED, "ADD failed: " + e.getMessage(), e);
            }
            return false; // it only looked compressed
        }
    }

    private BufferedInputStream open(final Found one) throws IOException {
        return new BufferedInputStream(source.view()
                .read(one.path())
                .orElseThrow(() -> new IOException("/" + ByteText.forMessage(one.path()) + " is gone")));
    }

    /// Without `.` and `..`, and without slashes at its ends.
    private static String plain(final String path) {
        return Path.of("/", path).normalize().toString().substring(1);
    }
}
