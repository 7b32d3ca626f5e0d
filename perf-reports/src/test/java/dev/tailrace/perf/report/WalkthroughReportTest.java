package dev.tailrace.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.perf.result.ResultException;
import dev.tailrace.perf.result.Walkthrough;
import dev.tailrace.perf.result.Walkthrough.Path;
import dev.tailrace.perf.result.WalkthroughJson;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WalkthroughReportTest {
    private static final Walkthrough WALKTHROUGH = new Walkthrough(
            List.of(
                    new Walkthrough.Step("curl -sS http://localhost:8080", "<h1>Welcome to nginx!</h1>"),
                    new Walkthrough.Step("docker run -d nginx", "")),
            List.of(
                    new Walkthrough.Bandwidth(Path.CONTAINER, "overlay", 27.04),
                    new Walkthrough.Bandwidth(Path.PUBLISHED, "overlay", 9.876),
                    new Walkthrough.Bandwidth(Path.HOST, "overlay", 18.0),
                    new Walkthrough.Bandwidth(Path.CONTAINER, "vfs", 26.0)));

    @Test
    void shouldPutTodayBeside2019() {
        assertEquals("""
                Gbit/s                              2019   today, overlay   today, vfs
                container to container              25.5             27.0         26.0
                container to the host's address     0.85             9.88            -
                container to a server of the host      -             18.0            -
                """, WalkthroughReport.text(WALKTHROUGH));
    }

    @Test
    void shouldShowWhatWasTypedWithoutTakingItForMarkup() {
        final String html = WalkthroughReport.html(WALKTHROUGH);
        assertTrue(html.contains("$ curl -sS http://localhost:8080\n  &lt;h1&gt;Welcome to nginx!&lt;/h1&gt;\n"), html);
        assertEquals(3, html.split("<figure>", -1).length - 1, html);
        assertTrue(html.startsWith("<section>") && html.endsWith("</section>\n"), html);
    }

    @Test
    void shouldReadWhatItWrites() {
        assertEquals(WALKTHROUGH, WalkthroughJson.read(WalkthroughJson.write(WALKTHROUGH)));
        for (final String other : List.of("", "{}", "[]", "{\"steps\":[],\"bandwidths\":[{\"path\":\"MOON\"}]}")) {
            assertThrows(ResultException.class, () -> WalkthroughJson.read(other), other);
        }
    }
}
