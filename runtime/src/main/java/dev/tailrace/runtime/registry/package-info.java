/// Registries: pulling images from them and pushing images to them, by the OCI distribution
/// specification 1.1.
///
/// Theory of operation. A name's domain has one or more places to ask
/// ([dev.tailrace.runtime.registry.Endpoints]): its mirrors, `https`, and `http` where the registry is
/// on the loopback device or the user has said so. The first that answers is taken
/// ([dev.tailrace.runtime.registry.Session]): it says how it wants to be asked
/// ([dev.tailrace.runtime.registry.Authorizer]), and everything of one operation goes to it, or to
/// where it redirects ([dev.tailrace.runtime.registry.Transport]). Credentials go to the place that
/// they are for and to the token server that this place names, and to nobody else.
///
/// A pull reads the manifest, chooses among several by platform, and then has up to three layers on
/// their way at a time ([dev.tailrace.runtime.registry.Puller]). A layer is unpacked while it arrives,
/// without being kept in between: its compressed bytes are hashed on the way
/// ([dev.tailrace.runtime.registry.BlobInput]), which also asks for the rest when the connection is
/// cut; the store hashes what comes out, and shows nothing of the image until all is there. A push
/// ([dev.tailrace.runtime.registry.Pusher]) makes the archive of each layer again, to the byte, and
/// compresses it to a file first, since its digest decides whether it has to be sent at all.
///
/// What registries send is not trusted: documents have a bound, descriptors say the length of
/// everything else, and what does not fit is refused in one line.
@NullMarked
package dev.tailrace.runtime.registry;

import org.jspecify.annotations.NullMarked;
