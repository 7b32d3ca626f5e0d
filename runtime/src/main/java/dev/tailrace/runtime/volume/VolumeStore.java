package dev.tailrace.runtime.volume;

import dev.tailrace.runtime.storage.StoreFiles;
import dev.tailrace.runtime.storage.files.TreeRemoval;
import dev.tailrace.runtime.volume.VolumeException.Kind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The volumes on the disk. Safe for several threads; who may remove which, the caller knows.
public final class VolumeStore {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");
    private static final int MAXIMUM_NAME_LENGTH = 255;
    private static final String FILES = "_data";
    private static final String DOCUMENT = "volume.json";

    /// A link whose text is the id of a container. A link, because it can be deleted when the disk is full.
    private static final String OWNER = "owner";

    // No volumes can be called so.
    private static final String TEMPORARY = ".temporary";
    private static final String DAMAGED = ".damaged";

    private final Path directory;
    private final StoreFiles store;
    private final Clock clock;

    // Guarded by this.
    private final Map<String, Volume> byName = new TreeMap<>();

    private VolumeStore(
            final Path directory, final Clock clock, final Consumer<String> steps, final Consumer<String> damages)
            throws IOException {
        this.directory = directory;
        this.clock = clock;
        final Path temporary = directory.resolve(TEMPORARY);
        // What a crash has left half-made, or half-removed.
        TreeRemoval.remove(temporary);
        Files.createDirectories(temporary);
        store = new StoreFiles(temporary, steps);
        final List<Path> places;
        try (Stream<Path> all = Files.list(directory)) {
            places = all.filter(one -> !one.equals(temporary) && !one.equals(directory.resolve(DAMAGED)))
                    .sorted()
                    .toList();
        }
        for (final Path place : places) {
            final String name = place.getFileName().toString();
            try {
                byName.put(name, VolumeDocument.read(name, place.resolve(DOCUMENT), place.resolve(FILES)));
            } catch (final VolumeException e) {
                final Path aside = store.setAside(place, directory.resolve(DAMAGED));
                damages.accept(e.getMessage() + "; it is kept as " + aside);
            }
        }
    }

    /// Opens the store, which is made if it is not there. A volume that is damaged is set aside, with its files.
    ///
    /// @param steps is told what comes next in each change of the store; for tests of crashes
    /// @param damages is told of each volume that was set aside, in a line
    /// @throws VolumeException it cannot be read
    public static VolumeStore open(
            final Path directory, final Clock clock, final Consumer<String> steps, final Consumer<String> damages) {
        final Path absolute = directory.toAbsolutePath();
        try {
            Files.createDirectories(absolute);
            return new VolumeStore(absolute, clock, steps, damages);
        } catch (final IOException e) {
            throw new VolumeException("cannot use the volumes in " + absolute + ": " + e, e);
        }
    }

    /// By name.
    public synchronized List<Volume> all() {
        return new ArrayList<>(byName.values());
    }

    public synchronized Optional<Volume> find(final String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// Where a volume is that this engine or an earlier one has set aside; of several, the last.
    public Optional<Path> damaged(final String name) {
        Optional<Path> found = Optional.empty();
        for (int number = 1; ; number++) {
            final Path place =
                    directory.resolve(DAMAGED).resolve(Integer.toString(number)).resolve(name);
            if (!Files.exists(place)) {
                return found;
            }
            found = Optional.of(place);
        }
    }

    /// Makes an empty volume, or answers the one that has the name.
    ///
    /// @param owner the container that it is made for, if nobody else is to have it
    /// @throws VolumeException the name is none, or the disk does not let us
    public synchronized Volume create(
            final String name,
            final Map<String, String> labels,
            final boolean isAnonymous,
            final Optional<String> owner) {
        final Volume known = byName.get(name);
        if (known != null) {
            return known;
        }
        if (!NAME.matcher(name).matches() || name.length() > MAXIMUM_NAME_LENGTH) {
            throw new VolumeException(
                    Kind.INVALID,
                    "create " + name + ": \"" + name + "\" includes invalid characters for a local volume name, only"
                            + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory,"
                            + " use absolute path");
        }
        final Path place = directory.resolve(name);
        final Volume volume = new Volume(name, place.resolve(FILES), labels, clock.instant(), isAnonymous);
        try {
            final Path fresh = Files.createDirectory(store.newPlace());
            try {
                // 0755, whatever the umask is: users of a container that are not root have to get in.
                Files.setPosixFilePermissions(
                        Files.createDirectory(fresh.resolve(FILES)), PosixFilePermissions.fromString("rwxr-xr-x"));
                if (owner.isPresent()) {
                    Files.createSymbolicLink(fresh.resolve(OWNER), Path.of(owner.get()));
                }
                store.write(fresh.resolve(DOCUMENT), VolumeDocument.bytes(volume));
                store.moveInto(fresh, place);
            } finally {
                TreeRemoval.remove(fresh);
            }
        } catch (final IOException e) {
            throw new VolumeException("error while creating volume " + name + ": " + e, e);
        }
        byName.put(name, volume);
        return volume;
    }

    /// The container without which it is garbage.
    public Optional<String> owner(final Volume volume) {
        try {
            return Optional.of(
                    Files.readSymbolicLink(directory.resolve(volume.name()).resolve(OWNER))
                            .toString());
        } catch (final NoSuchFileException _) {
            return Optional.empty();
        } catch (final IOException e) {
            throw new VolumeException("cannot read whose volume " + volume.name() + " is: " + e, e);
        }
    }

    /// Makes it a volume that stays when its container goes.
    public void disown(final Volume volume) {
        try {
            store.delete(directory.resolve(volume.name()).resolve(OWNER));
        } catch (final IOException e) {
            throw new VolumeException("cannot keep volume " + volume.name() + ": " + e, e);
        }
    }

    /// Removes a volume, which nobody uses.
    ///
    /// @return what takes longer: deletes its files, which are in the way of nobody
    public synchronized Runnable remove(final Volume volume) {
        if (!byName.remove(volume.name(), volume)) {
            return () -> {};
        }
        try {
            final Path doomed = store.moveOut(directory.resolve(volume.name()));
            return () -> TreeRemoval.remove(doomed);
        } catch (final IOException e) {
            byName.put(volume.name(), volume);
            throw new VolumeException("remove " + volume.name() + ": " + e, e);
        }
    }

    /// A place for the files of a volume that are being made.
    Path newFiles() throws IOException {
        return Files.createDirectory(store.newPlace());
    }

    /// Puts files in the place of those of an empty volume that nobody has mounted.
    void replace(final Volume volume, final Path files) throws IOException {
        store.moveInto(files, volume.files());
    }

    /// Bytes of all files in it that can be read.
    public static long sizeBytes(final Volume volume) throws IOException {
        final long[] sum = new long[1];
        Files.walkFileTree(volume.files(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) {
                sum[0] += attributes.isRegularFile() ? attributes.size() : 0;
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(final Path file, final IOException failure) {
                // It went while we looked.
                return FileVisitResult.CONTINUE;
            }
        });
        return sum[0];
    }
}
