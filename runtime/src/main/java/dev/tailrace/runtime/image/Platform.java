package dev.tailrace.runtime.image;

/// This machine, in the words of Go, which images use.
public final class Platform {
    public static final String OS = "linux";
    public static final String ARCHITECTURE = architecture(System.getProperty("os.arch"));

    private Platform() {}

    private static String architecture(final String java) {
        return switch (java) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64";
            default -> java;
        };
    }
}
