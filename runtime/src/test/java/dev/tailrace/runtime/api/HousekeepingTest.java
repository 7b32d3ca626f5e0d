package dev.tailrace.runtime.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tailrace.runtime.engine.EventBus;
import dev.tailrace.runtime.fake.FakeEngine;
import dev.tailrace.runtime.fake.FakeImages;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `prune`, `system df`, `update` and `stats`, over fakes.
@Timeout(60)
final class HousekeepingTest {
    @TempDir
    private Path directory;

    private FakeEngine fake;
    private ApiServer server;
    private HttpClient client;

    @BeforeEach
    void open() throws IOException {
        fake = new FakeEngine(directory);
        server = new ApiServer(fake.engine, directory.resolve("s"));
        client = new HttpClient(server.socket());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        fake.close();
        server.close();
    }

    @Test
    void shouldPruneContainersThatDoNotRun() throws IOException {
        final String running = create("{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"100\"]}");
        client.post("/containers/" + running + "/start", "").answer();
        final String kept = create("{\"Image\":\"busybox\",\"Labels\":{\"keep\":\"yes\"}}");
        final String gone = create("{\"Image\":\"busybox\",\"Labels\":{\"keep\":\"no\"}}");
        assertEquals(
                "200 {\"ContainersDeleted\":null,\"SpaceReclaimed\":0}", prune("containers", "{\"until\":[\"1h\"]}"));
        assertEquals(
                "200 {\"ContainersDeleted\":[\"" + gone + "\"],\"SpaceReclaimed\":42}",
                prune("containers", "{\"label!\":{\"keep=yes\":true}}"));
        assertEquals(
                "200 {\"ContainersDeleted\":[\"" + kept + "\"],\"SpaceReclaimed\":42}",
                prune("containers", "{\"label\":[\"keep\"]}"));
        assertEquals(1, fake.engine.containers().size());
        assertEquals("400 {\"message\":\"invalid filter 'x'\"}", prune("containers", "{\"x\":[\"1\"]}"));
        assertTrue(prune("containers", "{\"until\":[\"soon\"]}").startsWith("400 "));
    }

    @Test
    void shouldPruneImagesThatNothingIsMadeOf() throws IOException {
        create("{\"Image\":\"busybox\"}");
        fake.images.add("other", FakeImages.running("true"));
        fake.images.tag("other", "another:2");
        assertEquals("200 {\"ImagesDeleted\":null,\"SpaceReclaimed\":0}", prune("images", "{\"dangling\":[\"true\"]}"));
        assertEquals("200 {\"ImagesDeleted\":null,\"SpaceReclaimed\":0}", prune("images", ""));
        final String nothing = prune("images", "{\"dangling\":{\"false\":true},\"until\":[\"2020-01-01\"]}");
        assertEquals("200 {\"ImagesDeleted\":null,\"SpaceReclaimed\":0}", nothing);
        final String id = fake.images.find("other").orElseThrow().id();
        final String pruned = prune("images", "{\"dangling\":{\"false\":true}}");
        assertTrue(
                pruned.contains(
                        "{\"Untagged\":\"other:latest\"},{\"Untagged\":\"another:2\"},{\"Deleted\":\"" + id + "\"}"),
                pruned);
        assertTrue(pruned.contains("\"SpaceReclaimed\":2469134"), pruned);
        assertTrue(fake.images.find("busybox").isPresent());
        assertFalse(fake.images.find("nginx:1.27").isPresent());
    }

    @Test
    void shouldTellWhatTakesTheDisk() throws IOException {
        create("{\"Image\":\"busybox\",\"HostConfig\":{\"Binds\":[\"data:/data\"]}}");
        final String all = client.get("/system/df").answer();
        assertTrue(all.startsWith("200 {\"LayersSize\":2469134,\"Images\":["), all);
        assertTrue(all.contains("\"SharedSize\":0,\"Labels\":{\"from\":\"image\"},\"Containers\":1"), all);
        assertTrue(all.contains("\"SizeRw\":42"), all);
        assertTrue(all.contains("\"Name\":\"data\""), all);
        assertTrue(all.contains("\"UsageData\":{\"RefCount\":1,\"Size\":0}"), all);
        assertTrue(all.contains("\"BuildCache\":[]"), all);
        final String some = client.get("/system/df?type=container").answer();
        assertFalse(some.contains("LayersSize") || some.contains("BuildCache"), some);
    }

    @Test
    void shouldTellThatMemoryWasShort() throws Exception {
        fake.runtime.makeMemoryShort(true);
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sh\",\"-c\",\"exit 137\"]}");
        try (EventBus.Subscription events = fake.engine.events().subscribe(Optional.empty())) {
            run(id);
            final List<String> actions = new ArrayList<>();
            while (!actions.contains("die")) {
                actions.add(events.next(Duration.ofSeconds(20)).orElseThrow().action());
            }
            assertEquals(List.of("connect", "start", "disconnect", "oom", "die"), actions);
        }
        final String ended = client.get("/containers/" + id + "/json").answer();
        assertTrue(ended.contains("\"OOMKilled\":true") && ended.contains("\"ExitCode\":137"), ended);
        fake.runtime.makeMemoryShort(false);
        run(id);
        assertTrue(client.get("/containers/" + id + "/json").answer().contains("\"OOMKilled\":false"));
    }

    private void run(final String id) throws IOException {
        assertTrue(client.post("/containers/" + id + "/start", "").answer().startsWith("204"));
        client.post("/containers/" + id + "/wait", "").answer();
    }

    @Test
    void shouldUpdateThePolicyAndSayThatThereAreNoLimits() throws IOException {
        final String id = create("{\"Image\":\"busybox\"}");
        assertEquals(
                "200 {\"Warnings\":[]}",
                update(id, "{\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3},\"Memory\":0}"));
        assertTrue(client.get("/containers/" + id + "/json")
                .answer()
                .contains("\"RestartPolicy\":{\"Name\":\"on-failure\",\"MaximumRetryCount\":3}"));
        assertEquals(
                "200 {\"Warnings\":[\"Limits on memory, processors and processes are ignored: this runtime has none;"
                        + " run the engine as a unit of systemd that has Delegate=yes (tailrace install-unit)\"]}",
                update(id, "{\"RestartPolicy\":{\"Name\":\"\"},\"Memory\":1048576}"));
        assertTrue(client.get("/containers/" + id + "/json").answer().contains("\"Memory\":0"));
        assertTrue(update(id, "{\"RestartPolicy\":{\"Name\":\"maybe\"}}").startsWith("400 "));
        final String passing = create("{\"Image\":\"busybox\",\"HostConfig\":{\"AutoRemove\":true}}");
        assertEquals(
                "400 {\"message\":\"Restart policy cannot be updated because AutoRemove is enabled for the container\"}",
                update(passing, "{\"RestartPolicy\":{\"Name\":\"always\"}}"));
    }

    @Test
    void shouldWarnOfLimitsAtCreate() throws IOException {
        final String answer = client.post(
                        "/containers/create",
                        "{\"Image\":\"busybox\",\"HostConfig\":{\"Memory\":1048576,\"NanoCpus\":5,\"PidsLimit\":9}}")
                .answer();
        assertTrue(answer.contains("\"Warnings\":[\"Limits on memory, processors and processes are ignored: "), answer);
        assertEquals(1, answer.split("Limits on", -1).length - 1, answer);
    }

    @Test
    void shouldTellWhatAContainerUses() throws IOException {
        final String id = create("{\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"100\"]}");
        final String atRest =
                client.get("/containers/" + id + "/stats?stream=0").answer();
        assertTrue(
                atRest.contains("\"read\":\"0001-01-01T00:00:00Z\"") && atRest.contains("\"pids_stats\":{}"), atRest);
        client.post("/containers/" + id + "/start", "").answer();
        final String once = client.get("/containers/" + id + "/stats?stream=0").answer();
        final Matcher numbers = Pattern.compile("\"system_cpu_usage\":([0-9]+).*\"system_cpu_usage\":([0-9]+)")
                .matcher(once);
        assertTrue(numbers.find(), once);
        assertTrue(Long.parseLong(numbers.group(1)) > Long.parseLong(numbers.group(2)), once);
        assertTrue(
                Pattern.compile("\"memory_stats\":\\{\"usage\":[1-9]")
                        .matcher(once)
                        .find(),
                once);
        assertTrue(once.contains("\"pids_stats\":{\"current\":1}"), once);
    }

    private String create(final String body) throws IOException {
        final String answer = client.post("/containers/create", body).answer();
        final Matcher id = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"").matcher(answer);
        assertTrue(id.find(), answer);
        return id.group(1);
    }

    private String update(final String id, final String body) throws IOException {
        return client.post("/containers/" + id + "/update", body).answer();
    }

    private String prune(final String what, final String filters) throws IOException {
        return client.post("/" + what + "/prune?filters=" + URLEncoder.encode(filters, StandardCharsets.UTF_8), "")
                .answer();
    }
}
