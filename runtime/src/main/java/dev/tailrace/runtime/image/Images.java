package dev.tailrace.runtime.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The store of images. Safe for several threads.
///
/// What a call acknowledges survives a crash; what it did not finish leaves nothing. A name that means nothing in the
/// store, a malformed archive and a full disk are [ImageException]s of one line.
public interface Images {
    List<Image> list();

    /// @param reference `nginx`, `nginx:1.27`, `docker.io/library/nginx`, `nginx@sha256:...`, an id with or without
    /// `sha256:`, or the beginning of one that no other has
    Optional<Image> find(String reference);

    /// Reads an archive as `docker save` makes them, or an OCI layout, plain or compressed by gzip or zstd.
    ///
    /// @param loaded is told `Loaded image: nginx:latest` or `Loaded image ID: sha256:...`, a line each
    void load(InputStream archive, Consumer<String> loaded) throws IOException;

    /// Writes an archive that Docker loads.
    ///
    /// @param references of images; names among them are kept as tags
    void save(List<String> references, OutputStream archive) throws IOException;

    /// Makes an image with one layer of the files of an archive.
    ///
    /// @param name `repository:tag`; empty for none
    Image importFiles(InputStream archive, String name, ImageConfig config, String comment) throws IOException;

    /// Makes an image of another and a layer over it.
    ///
    /// @param base digest of the image below; empty if the layer is all there is
    /// @param layer uncompressed tar, with whiteouts as OCI has them
    Image commit(Optional<String> base, Path layer, ImageConfig config, Commit about) throws IOException;

    /// @param name `repository:tag`; empty for none
    record Commit(String name, String author, String comment, String createdBy) {}

    /// Gives an image another name, which it takes from the one that has it.
    void tag(String reference, String name);

    /// Takes a name away and, with the last one, the image and the layers that no other has.
    ///
    /// @param isUsed whether a container is made of the image with this id: it then stays, unless `force`
    /// @return what happened, in order: `Untagged: nginx:latest`, `Deleted: sha256:...`
    List<String> remove(String reference, boolean force, Predicate<String> isUsed);
}
