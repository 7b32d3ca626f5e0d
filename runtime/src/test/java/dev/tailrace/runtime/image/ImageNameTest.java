package dev.tailrace.runtime.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageNameTest {
    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:latest, nginx:latest",
        "nginx:1.27, docker.io/library/nginx:1.27, nginx:1.27",
        "library/nginx, docker.io/library/nginx:latest, nginx:latest",
        "docker.io/nginx, docker.io/library/nginx:latest, nginx:latest",
        "index.docker.io/library/nginx, docker.io/library/nginx:latest, nginx:latest",
        "networkstatic/iperf3, docker.io/networkstatic/iperf3:latest, networkstatic/iperf3:latest",
        "library/a/b, docker.io/library/a/b:latest, library/a/b:latest",
        "localhost/x, localhost/x:latest, localhost/x:latest",
        "localhost:5000/a/b:T_1.x-y, localhost:5000/a/b:T_1.x-y, localhost:5000/a/b:T_1.x-y",
        "ghcr.io/a__b/c-d.e:1, ghcr.io/a__b/c-d.e:1, ghcr.io/a__b/c-d.e:1",
        "'[::1]:5000/x', '[::1]:5000/x:latest', '[::1]:5000/x:latest'",
    })
    void shouldFillInWhatDockerFillsIn(final String text, final String canonical, final String familiar) {
        final ImageName name = ImageName.parse(text);
        assertEquals(canonical, name.canonical());
        assertEquals(familiar, name.familiar());
        assertEquals(name, ImageName.parse(canonical));
        assertEquals(name, ImageName.parse(familiar));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":x",
                "a:",
                "a b",
                "a//b",
                "/a",
                "a/",
                "-a",
                "a..b",
                "a:b:c",
                "a:.x",
                "a@sha256:0",
                "../a",
                "a_-b",
                "ex ample.com/a",
            })
    void shouldRefuseWhatIsNoName(final String text) {
        assertEquals(
                "invalid reference format",
                assertThrows(ImageException.class, () -> ImageName.parse(text)).getMessage());
    }

    @Test
    void shouldSayWhatIsWrongInDockersWords() {
        assertEquals(
                "invalid reference format: repository name (library/Nginx) must be lowercase",
                assertThrows(ImageException.class, () -> ImageName.parse("Nginx"))
                        .getMessage());
        assertEquals(
                "invalid reference format: cannot specify 64-byte hexadecimal strings",
                assertThrows(ImageException.class, () -> ImageName.parse("0".repeat(64)))
                        .getMessage());
        assertThrows(ImageException.class, () -> ImageName.parse("a".repeat(300)));
    }
}
