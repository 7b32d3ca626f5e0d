package dev.tailrace.runtime.registry;

import com.grack.nanojson.JsonObject;
import dev.tailrace.runtime.image.ImageException;
import dev.tailrace.runtime.image.Json;
import dev.tailrace.runtime.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// Reads what registries answer, and tells what went wrong in the words of Docker, whose clients know
/// them.
final class Answers {
    private static final int MOST_ERROR_BYTES = 64 * 1024;
    private static final int MOST_ERRORS = 3;

    private Answers() {}

    /// The whole of a document, and its end.
    ///
    /// @throws RegistryException it is longer than `mostBytes`
    static byte[] document(final HttpResponse<InputStream> response, final int mostBytes) throws IOException {
        try (InputStream body = response.body()) {
            final byte[] bytes = body.readNBytes(mostBytes + 1);
            if (bytes.length > mostBytes) {
                throw RegistryException.malformed(
                        response.uri() + ": the document is longer than the " + mostBytes + " bytes that are allowed");
            }
            return bytes;
        }
    }

    /// Reads what is left of an answer that matters to nobody, so that its connection can be used
    /// again.
    static void discard(final HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            body.readNBytes(MOST_ERROR_BYTES);
        }
    }

    /// What an answer that is none of those hoped for says; reads and closes it.
    static RegistryException refusal(final Call call, final HttpResponse<InputStream> response) {
        final int status = response.statusCode();
        final String text = errors(response);
        final String message = text.isEmpty() ? call.text() + ": received unexpected HTTP status: " + status : text;
        return new RegistryException(
                switch (status) {
                    case 401, 403 -> Kind.UNAUTHORIZED;
                    case 404 -> Kind.NOT_FOUND;
                    default -> Kind.FAILED;
                },
                message);
    }

    /// That nobody has answered, or not so that it can be understood.
    static RegistryException unreachable(final Call call, final IOException e) {
        return new RegistryException(Kind.UNREACHABLE, call.text() + ": " + reason(call.uri(), e), e);
    }

    private static String reason(final URI uri, final IOException e) {
        final String at = Origin.of(uri).host() + ":" + Origin.of(uri).port();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            final String text = String.valueOf(cause.getMessage());
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return "dial tcp: lookup " + Origin.of(uri).host() + ": no such host";
            }
            if (text.contains("Connection refused")) {
                return "dial tcp " + at + ": connect: connection refused";
            }
            if (text.contains("PKIX path") || text.contains("unable to find valid certification path")) {
                return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
            }
            if (text.contains("plaintext connection") || text.contains("Unsupported or unrecognized SSL message")) {
                return "http: server gave HTTP response to HTTPS client";
            }
        }
        if (e instanceof ConnectException && e.getMessage() == null) {
            // The HTTP client leaves the reason out; others than this one have a text.
            return "dial tcp " + at + ": connect: connection refused";
        }
        if (e instanceof HttpTimeoutException) {
            return "dial tcp " + at + ": i/o timeout";
        }
        if (e instanceof SSLException) {
            return "tls: " + Transport.oneLine(String.valueOf(e.getMessage()));
        }
        final String text = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "dial tcp " + at + ": " + Transport.oneLine(text);
    }

    /// `manifest unknown: manifest unknown`, as Go's client prints `errors` of the distribution
    /// specification.
    private static String errors(final HttpResponse<InputStream> response) {
        final List<String> texts = new ArrayList<>();
        try {
            for (final JsonObject error :
                    Json.objects(Json.object(document(response, MOST_ERROR_BYTES), "the answer"), "errors")) {
                final String code =
                        Json.text(error, "code").toLowerCase(Locale.ROOT).replace('_', ' ');
                final String message = Json.text(error, "message");
                texts.add(Transport.oneLine(message.isEmpty() ? code : code + ": " + message));
            }
        } catch (final IOException | ImageException | RegistryException _) {
            // It is no such document: the status has to do.
            return "";
        }
        return String.join("; ", texts.subList(0, Math.min(MOST_ERRORS, texts.size())));
    }
}
