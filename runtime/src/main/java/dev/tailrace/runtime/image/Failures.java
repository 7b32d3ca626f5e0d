package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.StorageException;

/// What went wrong below, as an error of this layer.
final class Failures {
    private Failures() {}

    static ImageException of(final StorageException e) {
        final ImageException.Kind kind =
                e.kind() == StorageException.Kind.SYSTEM ? ImageException.Kind.STORAGE : ImageException.Kind.INVALID;
        return new ImageException(kind, String.valueOf(e.getMessage()), e);
    }

    /// @param what was tried
    static ImageException ofDisk(final String what, final Exception e) {
        return new ImageException(ImageException.Kind.STORAGE, "cannot " + what + ": " + e.getMessage(), e);
    }

    static ImageException invalid(final String message) {
        return new ImageException(ImageException.Kind.INVALID, message);
    }

    static ImageException noSuchImage(final String reference) {
        final String name = ImageName.find(reference).map(ImageName::familiar).orElse(reference);
        return new ImageException(ImageException.Kind.NO_SUCH_IMAGE, "No such image: " + name);
    }
}
