package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Compression;
import dev.tailrace.runtime.storage.LayerStore;
import dev.tailrace.runtime.storage.Storage;
import dev.tailrace.runtime.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// See [Intake]. Layers are claimed before they are looked for, so that no change of the store deletes
/// one in between.
final class StoreIntake implements Intake {
    private final Storage storage;
    private final LayerStore layers;
    private final Object changes;
    private final Commit commit;
    private final Keeping keeping;
    private final Runnable deletion;

    // Guarded by itself.
    private final Set<String> claimed = new HashSet<>();

    /// Makes the image in the store.
    interface Commit {
        Image make(byte[] configuration, List<ImageName> names, List<String> digests);
    }

    /// Makes a step of a build in the store.
    interface Keeping {
        Image make(byte[] configuration, String key);
    }

    /// @param changes whose monitor those hold who delete layers
    /// @param deletion deletes layers that nothing needs
    StoreIntake(
            final Storage storage,
            final Object changes,
            final Commit commit,
            final Keeping keeping,
            final Runnable deletion) {
        this.storage = storage;
        this.layers = storage.layers();
        this.changes = changes;
        this.commit = commit;
        this.keeping = keeping;
        this.deletion = deletion;
    }

    @Override
    public boolean has(final String diffId) {
        claim(diffId);
        return layers.find(diffId).isPresent();
    }

    @Override
    public void layer(final String diffId, final InputStream archive) throws IOException {
        claim(diffId);
        try {
            layers.add(Compression.open(archive), Optional.of(diffId));
        } catch (final StorageException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public String layer(final InputStream archive) throws IOException {
        try {
            // Nobody deletes layers in the moment between its arrival and the claim.
            synchronized (changes) {
                final String diffId =
                        layers.add(Compression.open(archive), Optional.empty()).diffId();
                claim(diffId);
                return diffId;
            }
        } catch (final StorageException e) {
            throw Failures.of(e);
        }
    }

    @Override
    public Image commit(final byte[] configuration, final List<ImageName> names, final List<String> digests) {
        check(configuration);
        return commit.make(configuration, names, digests);
    }

    @Override
    public Image keep(final byte[] configuration, final String key) {
        check(configuration);
        return keeping.make(configuration, key);
    }

    private void check(final byte[] configuration) {
        for (final String layer : new ImageDocument(configuration).layers()) {
            if (!has(layer)) {
                throw new ImageException(
                        ImageException.Kind.STORAGE, "cannot keep the image: layer " + layer + " is not in the store");
            }
        }
    }

    @Override
    public void close() {
        synchronized (claimed) {
            claimed.forEach(storage::unclaim);
            claimed.clear();
        }
        deletion.run();
    }

    private void claim(final String diffId) {
        synchronized (claimed) {
            if (claimed.add(diffId)) {
                storage.claim(diffId);
            }
        }
    }
}
