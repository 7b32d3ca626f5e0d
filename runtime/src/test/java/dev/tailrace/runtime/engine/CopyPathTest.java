package dev.tailrace.runtime.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.storage.tar.TarEntry;
import org.junit.jupiter.api.Test;

final class CopyPathTest {
    @Test
    void shouldNameWhatComesAsTheClientExpects() {
        assertEquals("passwd", name("/etc/passwd", "etc/passwd", "etc/passwd"));
        assertEquals("passwd", name("etc/passwd", "etc/passwd", "etc/passwd"));
        assertEquals("etc/passwd", name("/etc", "etc", "etc/passwd"));
        assertEquals("etc/passwd", name("/etc/", "etc", "etc/passwd"));
        assertEquals("./passwd", name("/etc/.", "etc", "etc/passwd"));
        assertEquals("./", name("/etc/.", "etc", "etc/"));
        assertEquals("/etc/passwd", name("/", "", "etc/passwd"));
        assertEquals("./etc/passwd", name("/.", "", "etc/passwd"));
        // A link to a directory is asked for by the link's name.
        assertEquals("link/file", name("/link/", "some/where", "some/where/file"));
    }

    @Test
    void shouldTakeDotsAwayBeforeLinks() {
        assertEquals("etc/passwd", new CopyPath("/../../etc/./x/../passwd").inRoot());
        assertEquals("", new CopyPath("/..").inRoot());
        assertTrue(new CopyPath("/link/.").isFollowed());
        assertTrue(new CopyPath("/link/").isFollowed());
        assertFalse(new CopyPath("/link").isFollowed());
        assertThrows(EngineException.class, () -> new CopyPath(""));
    }

    @Test
    void shouldRenameHardLinksTogether() {
        final TarEntry link = new CopyPath("/a/.").renamed(TarEntry.of("a/two", TarEntry.Type.HARD_LINK, "a/one"), "a");
        assertEquals("./two", link.name());
        assertEquals("./one", link.linkName());
        final TarEntry symbolic =
                new CopyPath("/a").renamed(TarEntry.of("a/two", TarEntry.Type.SYMBOLIC_LINK, "a/one"), "a");
        assertEquals("a/one", symbolic.linkName());
    }

    private static String name(final String path, final String realPath, final String entry) {
        return new CopyPath(path).renamed(TarEntry.file(entry, 0), realPath).name();
    }
}
