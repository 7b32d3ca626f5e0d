/// The API socket: one JSON request per connection to add, list and remove forwarded ports.
///
/// [ApiServer] moves bytes without ever blocking the loop, [JsonBoundary] tells when a request is complete,
/// [ApiRequestParser] understands it, and [ApiHandler] carries it out and words the reply.
@NullMarked
package dev.tailrace.tapio.slirp.api;

import org.jspecify.annotations.NullMarked;
