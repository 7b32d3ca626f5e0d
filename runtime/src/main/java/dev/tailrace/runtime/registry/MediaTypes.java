package dev.tailrace.runtime.registry;

import java.util.List;

/// Names of what registries have: Docker's (image manifest, version 2, schema 2) and those of the OCI
/// image specification.
final class MediaTypes {
    static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
    static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

    /// What a pull asks for.
    static final String ACCEPTED = String.join(", ", List.of(DOCKER_LIST, OCI_INDEX, DOCKER_MANIFEST, OCI_MANIFEST));

    private static final List<String> CONFIGS = List.of("", DOCKER_CONFIG, OCI_CONFIG, "application/octet-stream");

    private MediaTypes() {}

    /// Of an image, as opposed to a chart or a plug-in. Old registries did not know better than the
    /// last.
    static boolean isConfig(final String type) {
        return CONFIGS.contains(type);
    }

    /// Of a layer that the registry has itself.
    static boolean isLayer(final String type) {
        return type.matches("|application/vnd\\.docker\\.image\\.rootfs\\.diff\\.tar(\\.gzip|\\.zstd)?"
                + "|application/vnd\\.oci\\.image\\.layer\\.(nondistributable\\.)?v1\\.tar(\\+gzip|\\+zstd)?");
    }
}
