package dev.tailrace.runtime.storage;

import dev.tailrace.runtime.storage.files.FileCalls;
import dev.tailrace.runtime.storage.tar.ArchiveLimits;
import dev.tailrace.runtime.storage.tar.TarReader;
import dev.tailrace.tapio.linux.Fd;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;

/// Unpacks one archive into a new directory of the store, and writes beside what is known of it then.
final class LayerUnpacking {
    private static final int OPEN = Fd.O_RDONLY | Fd.O_DIRECTORY | Fd.O_CLOEXEC;
    private static final int MODE_0755 = 0x1ed;

    private final Path layer;
    private final LayerFormat format;
    private final OwnerPolicy owners;
    private final ArchiveLimits limits;

    LayerUnpacking(final Path layer, final LayerFormat format, final OwnerPolicy owners, final ArchiveLimits limits) {
        this.layer = layer;
        this.format = format;
        this.owners = owners;
        this.limits = limits;
    }

    /// All of it is on the disk when this returns.
    ///
    /// @param isEndRequired whether an archive without the mark at its end is damaged: where no digest tells
    Layer unpack(final InputStream tar, final boolean isEndRequired) throws IOException {
        final Path files = Files.createDirectories(layer.resolve("files"));
        final Path displaced = Files.createDirectory(layer.resolve("displaced"));
        final DigestInputStream digested = new DigestInputStream(tar, Digests.sha256());
        final CountingInput counted = new CountingInput(digested);
        final int root = Fd.open(files.toString(), OPEN);
        final int aside = Fd.open(displaced.toString(), OPEN);
        try {
            final long sizeBytes;
            final LostPrivileges lost;
            try (LayerRecipe.Writer recipe = new LayerRecipe.Writer(
                            new BufferedOutputStream(Files.newOutputStream(layer.resolve("recipe"))));
                    FileMaker maker = new FileMaker(owners, recipe);
                    Parents parents = new Parents(maker.calls(), maker.xattrs(), format, root)) {
                lost = maker.lost();
                maker.calls().permit(root, MODE_0755);
                final Displaced taken = new Displaced(maker.calls(), aside, recipe);
                final TarReader reader = new TarReader(counted, limits, recipe);
                sizeBytes = new LayerExtractor(maker, parents, taken, format).extract(reader, root);
                if (isEndRequired && !reader.hasEndMark()) {
                    throw EntryPath.corrupt("it ends too early");
                }
            }
            Files.writeString(
                    layer.resolve("sizes"), sizeBytes + "\n" + counted.bytes() + "\n", StandardCharsets.US_ASCII);
            try (FileCalls calls = new FileCalls()) {
                calls.syncFileSystem(root);
            }
            final String digest = Digests.text(digested.getMessageDigest());
            lost.report("layer " + digest);
            return new Layer(digest, sizeBytes, counted.bytes());
        } finally {
            Fd.close(root);
            Fd.close(aside);
        }
    }
}
