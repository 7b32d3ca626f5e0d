package dev.tailrace.runtime.registry;

import dev.tailrace.runtime.registry.RegistryException.Kind;
import dev.tailrace.runtime.storage.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.function.Supplier;

/// The images of one name at one place (distribution specification, "Endpoints"). Safe for several
/// threads.
final class Repository {
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    private static final int PARTIAL = 206;
    private static final int NOT_FOUND = 404;

    private final Session session;
    private final String path;

    /// @param path of the name, without its domain
    Repository(final Session session, final String path) {
        this.session = session;
        this.path = path;
    }

    /// A manifest as it was sent.
    ///
    /// @param digest of the bytes
    record Fetched(byte[] bytes, String digest, String mediaType) {}

    Endpoint endpoint() {
        return session.endpoint();
    }

    /// @param reference a tag or a digest, which is then checked
    /// @throws RegistryException of kind `NOT_FOUND` if there is none
    Fetched manifest(final String reference) throws InterruptedException {
        final Call call = Call.get(at("/manifests/" + reference), Map.of("Accept", MediaTypes.ACCEPTED));
        final HttpResponse<InputStream> response = session.send(call);
        if (response.statusCode() != OK) {
            throw Answers.refusal(call, response);
        }
        try {
            final byte[] bytes = Answers.document(response, Manifest.MOST_BYTES);
            final String digest = Digests.of(bytes);
            final String said =
                    response.headers().firstValue("Docker-Content-Digest").orElse(digest);
            final String expected = Digests.isDigest(reference) ? reference : said;
            if (!digest.equals(expected)) {
                throw RegistryException.malformed(
                        "manifest verification failed for digest " + Transport.oneLine(expected) + ": it is " + digest);
            }
            return new Fetched(
                    bytes, digest, response.headers().firstValue("Content-Type").orElse(""));
        } catch (final IOException e) {
            throw Answers.unreachable(call, e);
        }
    }

    /// The whole of a small blob, checked.
    byte[] document(final Descriptor descriptor, final int mostBytes) throws InterruptedException {
        if (descriptor.sizeBytes() > mostBytes) {
            throw RegistryException.malformed(
                    descriptor.digest() + " has " + descriptor.sizeBytes() + " bytes; " + mostBytes + " are allowed");
        }
        try (BlobInput in = new BlobInput(this, descriptor, _ -> {}, () -> {})) {
            return in.readAllBytes();
        } catch (final IOException e) {
            throw new RegistryException(
                    Kind.UNREACHABLE, "cannot read " + descriptor.digest() + ": " + e.getMessage(), e);
        }
    }

    /// The bytes of a blob from an offset on.
    ///
    /// @return to be closed
    /// @throws IOException the connection is cut, or the registry is busy: worth another attempt
    /// @throws RegistryException it refuses
    InputStream blob(final Descriptor descriptor, final long offset) throws IOException, InterruptedException {
        final Map<String, String> headers = offset == 0 ? Map.of() : Map.of("Range", "bytes=" + offset + "-");
        final Call call = Call.get(at("/blobs/" + descriptor.digest()), headers);
        final HttpResponse<InputStream> response = session.trySend(call);
        final int status = response.statusCode();
        if (status == PARTIAL && offset > 0) {
            final String range = response.headers().firstValue("Content-Range").orElse("");
            if (!range.startsWith("bytes " + offset + "-")) {
                response.body().close();
                throw RegistryException.malformed(call.text() + ": asked for bytes from " + offset + " on, got \""
                        + Transport.oneLine(range) + "\"");
            }
            return response.body();
        }
        if (status == OK) {
            // A registry that knows no ranges sends all of it again.
            response.body().skipNBytes(offset);
            return response.body();
        }
        final RegistryException refusal = Answers.refusal(call, response);
        if (isTransient(status)) {
            throw new IOException(refusal.getMessage(), refusal);
        }
        throw refusal;
    }

    boolean hasBlob(final String digest) throws InterruptedException {
        final Call call = Call.head(at("/blobs/" + digest), Map.of());
        final HttpResponse<InputStream> response = session.send(call);
        if (response.statusCode() == NOT_FOUND) {
            close(call, response);
            return false;
        }
        if (response.statusCode() != OK) {
            throw Answers.refusal(call, response);
        }
        close(call, response);
        return true;
    }

    /// Sends a blob: asks for a place, and puts it there (distribution specification, "POST then PUT").
    ///
    /// @throws IOException the connection is cut, or the registry is busy: worth another attempt
    void upload(final Descriptor blob, final Supplier<BodyPublisher> content) throws IOException, InterruptedException {
        final Call begin = new Call("POST", at("/blobs/uploads/"), Map.of(), BodyPublishers::noBody);
        final HttpResponse<InputStream> begun = session.trySend(begin);
        if (begun.statusCode() != ACCEPTED) {
            throw failed(begin, begun);
        }
        final URI place = Transport.target(begin.uri(), begun);
        Answers.discard(begun);
        final URI target = URI.create(place + (place.getRawQuery() == null ? "?" : "&") + "digest="
                + blob.digest().replace(":", "%3A"));
        final Call put = new Call("PUT", target, Map.of("Content-Type", "application/octet-stream"), content);
        final HttpResponse<InputStream> done = session.trySend(put);
        if (done.statusCode() != CREATED) {
            throw failed(put, done);
        }
        Answers.discard(done);
    }

    /// Says what a tag is from now on.
    void putManifest(final String tag, final byte[] bytes, final String mediaType) throws InterruptedException {
        final Call call = new Call(
                "PUT",
                at("/manifests/" + tag),
                Map.of("Content-Type", mediaType),
                () -> BodyPublishers.ofByteArray(bytes));
        final HttpResponse<InputStream> response = session.send(call);
        if (response.statusCode() != CREATED && response.statusCode() != OK) {
            throw Answers.refusal(call, response);
        }
        close(call, response);
    }

    private URI at(final String rest) {
        return session.endpoint().resolve("/v2/" + path + rest);
    }

    private static RegistryException failed(final Call call, final HttpResponse<InputStream> response)
            throws IOException {
        final RegistryException refusal = Answers.refusal(call, response);
        if (isTransient(response.statusCode())) {
            throw new IOException(refusal.getMessage(), refusal);
        }
        return refusal;
    }

    /// 408, 429 and the server's own troubles (RFC 9110, 15.5 and 15.6; RFC 6585, 4).
    private static boolean isTransient(final int status) {
        return status == 408 || status == 429 || status >= 500;
    }

    private static void close(final Call call, final HttpResponse<InputStream> response) {
        try {
            Answers.discard(response);
        } catch (final IOException e) {
            throw Answers.unreachable(call, e);
        }
    }
}
