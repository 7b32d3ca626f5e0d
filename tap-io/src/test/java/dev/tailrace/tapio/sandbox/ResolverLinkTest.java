package dev.tailrace.tapio.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolverLinkTest {
    private static final List<String> VISIBLE = List.of("/etc", "/run");

    @ParameterizedTest
    @CsvSource({
        "'', ",
        "../run/systemd/resolve/stub-resolv.conf, ",
        "/run/systemd/resolve/stub-resolv.conf, ",
        "other/../resolv.real, ",
        "/var/run/NetworkManager/resolv.conf, /var/run/NetworkManager/resolv.conf",
        "/mnt/wsl/resolv.conf, /mnt/wsl/resolv.conf",
        "../../../mnt//./wsl/resolv.conf, /mnt/wsl/resolv.conf",
        "../running/resolv.conf, /running/resolv.conf",
    })
    void shouldFindWhereALinkLeavesWhatIsVisible(final String target, final String expected) {
        final Map<String, String> links = Map.of("/etc/resolv.conf", target);
        assertEquals(expected, ResolverLink.outside(VISIBLE, path -> links.getOrDefault(path, "")));
    }

    @Test
    void shouldFollowLinksThatAreVisibleThemselves() {
        final Map<String, String> links =
                Map.of("/etc/resolv.conf", "../run/resolv.conf", "/run/resolv.conf", "../home/user/resolv.conf");
        assertEquals("/home/user/resolv.conf", ResolverLink.outside(VISIBLE, path -> links.getOrDefault(path, "")));
    }

    @Test
    void shouldGiveUpOnLinksWithoutEnd() {
        assertNull(ResolverLink.outside(VISIBLE, path -> "resolv.conf"));
    }
}
