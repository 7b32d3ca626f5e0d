package dev.tailrace.runtime.image;

import dev.tailrace.runtime.storage.Digests;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of an image, whole: `docker.io/library/nginx:latest`. Grammar: the OCI distribution specification's, with
/// the defaults that Docker fills in.
///
/// @param domain of the registry, with its port if it has one
/// @param path in it
/// @param tag `latest` where none was given
public record ImageName(String domain, String path, String tag) {
    private static final String DEFAULT_DOMAIN = "docker.io";
    private static final String OFFICIAL = "library/";
    private static final String DEFAULT_TAG = "latest";
    private static final int MOST_LENGTH = 255;

    private static final Pattern DOMAIN = Pattern.compile(
            "([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(\\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*"
                    + "(:[0-9]+)?|\\[[a-fA-F0-9:]+](:[0-9]+)?");
    private static final Pattern PATH =
            Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
    private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,127}");
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /// @throws ImageException in Docker's words
    public static ImageName parse(final String text) {
        final int slash = text.indexOf('/');
        final String first = slash < 0 ? "" : text.substring(0, slash);
        final boolean hasDomain = slash >= 0
                && (first.indexOf('.') >= 0
                        || first.indexOf(':') >= 0
                        || first.equals("localhost")
                        || !first.equals(first.toLowerCase(Locale.ROOT)));
        String domain = hasDomain ? first : DEFAULT_DOMAIN;
        String rest = hasDomain ? text.substring(slash + 1) : text;
        if (domain.equals("index.docker.io")) {
            domain = DEFAULT_DOMAIN;
        }
        final int colon = rest.lastIndexOf(':');
        final String tag = colon < 0 ? DEFAULT_TAG : rest.substring(colon + 1);
        rest = colon < 0 ? rest : rest.substring(0, colon);
        if (domain.equals(DEFAULT_DOMAIN) && rest.indexOf('/') < 0) {
            rest = OFFICIAL + rest;
        }
        if (!PATH.matcher(rest).matches()
                && PATH.matcher(rest.toLowerCase(Locale.ROOT)).matches()) {
            throw invalid(": repository name (" + rest + ") must be lowercase");
        }
        if (!DOMAIN.matcher(domain).matches()
                || !PATH.matcher(rest).matches()
                || !TAG.matcher(tag).matches()
                || domain.length() + rest.length() + 1 > MOST_LENGTH) {
            throw invalid("");
        }
        if (domain.equals(DEFAULT_DOMAIN) && ID.matcher(text).matches()) {
            throw invalid(": cannot specify 64-byte hexadecimal strings");
        }
        return new ImageName(domain, rest, tag);
    }

    /// The same, or nothing if it is no name.
    public static Optional<ImageName> find(final String text) {
        try {
            return Optional.of(parse(text));
        } catch (final ImageException _) {
            return Optional.empty();
        }
    }

    /// `docker.io/library/nginx@sha256:...`, whole, or nothing if it is no such thing. A tag before the digest is
    /// without meaning.
    static Optional<String> digested(final String text) {
        final int at = text.indexOf('@');
        final String digest = at < 0 ? "" : text.substring(at + 1);
        return Digests.isDigest(digest)
                ? find(text.substring(0, at)).map(name -> name.canonical(digest))
                : Optional.empty();
    }

    /// Whether a text that is a name says a tag.
    public static boolean hasTag(final String text) {
        return text.lastIndexOf(':') > text.lastIndexOf('/');
    }

    /// All of it.
    public String canonical() {
        return domain + "/" + path + ":" + tag;
    }

    /// The same image by its manifest's digest.
    public String canonical(final String digest) {
        return domain + "/" + path + "@" + digest;
    }

    /// As people see it: without what Docker fills in, but with the tag.
    public String familiar() {
        return repository() + ":" + tag;
    }

    /// The same without the tag.
    public String repository() {
        if (!domain.equals(DEFAULT_DOMAIN)) {
            return domain + "/" + path;
        }
        final String rest = path.startsWith(OFFICIAL) ? path.substring(OFFICIAL.length()) : path;
        return rest.indexOf('/') < 0 ? rest : path;
    }

    private static ImageException invalid(final String more) {
        return new ImageException(ImageException.Kind.INVALID, "invalid reference format" + more);
    }
}
