package dev.tailrace.runtime.registry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Whose certificates are believed: those of the system's authorities, as all its programs do, and more
/// for a registry that has a directory of its own.
final class Trust {
    /// Where distributions keep their authorities, in one file: Debian, Fedora, Alpine, OpenSUSE.
    private static final List<Path> SYSTEM = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/cert.pem"),
            Path.of("/etc/ssl/ca-bundle.pem"));

    private Trust() {}

    /// @param own `certs.d/HOST:PORT`, which need not be there
    /// @throws RegistryException a certificate there cannot be read
    static SSLContext verified(final Path own) {
        try {
            final KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (final Path file : SYSTEM) {
                if (Files.isReadable(file)) {
                    add(store, file);
                    break;
                }
            }
            for (final Path file : certificates(own)) {
                add(store, file);
            }
            final TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            // Where the system has no authorities, those that come with Java.
            factory.init(store.size() == 0 ? null : store);
            return context(factory.getTrustManagers());
        } catch (final GeneralSecurityException | IOException e) {
            throw new RegistryException(
                    RegistryException.Kind.INVALID,
                    "cannot read the certificates of authorities: " + e.getMessage(),
                    e);
        }
    }

    /// For a registry that the user has called insecure: whoever answers is believed.
    static SSLContext unverified() {
        try {
            return context(new TrustManager[] {new Credulous()});
        } catch (final GeneralSecurityException e) {
            throw new IllegalStateException("each Java has TLS", e);
        }
    }

    /// The authorities of one registry.
    static List<Path> certificates(final Path own) throws IOException {
        if (!Files.isDirectory(own)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(own)) {
            return files.filter(file -> file.toString().endsWith(".crt"))
                    .sorted()
                    .toList();
        }
    }

    private static void add(final KeyStore store, final Path file) throws GeneralSecurityException, IOException {
        final List<Certificate> certificates = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            certificates.addAll(CertificateFactory.getInstance("X.509").generateCertificates(in));
        } catch (final GeneralSecurityException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(file + "#" + i, certificates.get(i));
        }
    }

    private static SSLContext context(final TrustManager[] managers) throws GeneralSecurityException {
        final SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers, new SecureRandom());
        return context;
    }

    /// Checks neither the chain nor the name: an extended manager is not wrapped in one that does.
    private static final class Credulous extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final Socket socket) {}

        @Override
        public void checkClientTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final Socket socket) {}

        @Override
        public void checkServerTrusted(final X509Certificate[] chain, final String type, final SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
