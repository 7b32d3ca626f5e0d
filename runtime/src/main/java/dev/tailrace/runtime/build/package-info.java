/// Builds images from a Dockerfile and its context, as Docker's classic builder does:
/// `DOCKER_BUILDKIT=0 docker build`.
///
/// Theory of operation. The context is unpacked into a directory that goes with the build. The
/// Dockerfile is read whole and checked first ([dev.tailrace.runtime.build.DockerfileReader],
/// [dev.tailrace.runtime.build.Instruction]), so that a wrong word costs nothing. Then each instruction
/// makes, of the image so far, the next one ([dev.tailrace.runtime.build.Builder]): most change its
/// configuration only ([dev.tailrace.runtime.build.ConfigSteps]); `RUN` runs a container of it like any
/// other and commits what it has changed ([dev.tailrace.runtime.build.RunStep]); `COPY` and `ADD` write
/// a layer directly, of files of the context or of another stage
/// ([dev.tailrace.runtime.build.CopyStep]).
///
/// Each of these images is kept in the store under a key: the image below, the instruction as it is
/// meant, and the digest of the files that it copies. The same key finds it again the next time, which
/// is the cache. Nobody sees these images until they are somebody's result, and `docker builder prune`
/// forgets them.
///
/// Neither the context nor an image is trusted with a path: sources are looked for beneath their root
/// with symbolic links that cannot leave it ([dev.tailrace.runtime.storage.RootView]), and targets are
/// written as entries of a layer under the path without links that they have in the image.
@NullMarked
package dev.tailrace.runtime.build;

import org.jspecify.annotations.NullMarked;
