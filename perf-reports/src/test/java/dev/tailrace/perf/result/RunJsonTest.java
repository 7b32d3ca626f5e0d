package dev.tailrace.perf.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RunJsonTest {
    private static RunRecord run() {
        final RunRecord small = SampleRuns.small(3, 1);
        final List<CellResult> cells = new ArrayList<>(small.cells());
        cells.add(SampleRuns.withTrouble());
        final Comparison comparison = new Comparison(
                "tcp/c2h/up/mtu1500/x1",
                CellResult.ONLY_STAGE,
                Metric.GOODPUT,
                SampleRuns.PEER,
                SampleRuns.OURS,
                3,
                31.6,
                31.3,
                31.8,
                0.75,
                Verdict.IMPROVED,
                "");
        return SampleRuns.of(cells)
                .judged(List.of(comparison), List.of(comparison), Verdict.UNCHANGED, List.of("a remark"));
    }

    @Test
    void shouldReadWhatItWrote() {
        final RunRecord run = run();
        assertEquals(run, RunReader.read(RunJson.write(run)));
    }

    @Test
    void shouldWriteAccordingToTheSchema() throws IOException {
        assertEquals(List.of(), schema().validate(RunJson.write(run()), InputFormat.JSON));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "udp/c2h/down/mtu1500/x1/len64",
                "udpgso/c2h/up/mtu65520/x1",
                "rr/c2h/mtu1500/x4/bulk-up",
                "crr/c2h/mtu1500/x1/bulk-down"
            })
    void shouldDescribeEveryFormOfCell(final String id) throws IOException {
        final String json = RunJson.write(run()).replace("tcp/c2h/up/mtu1500/x1", id);
        assertTrue(json.contains(id));
        assertEquals(List.of(), schema().validate(json, InputFormat.JSON));
        assertTrue(RunReader.read(json).cells().stream()
                .anyMatch(cell -> cell.cell().id().equals(id)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp/c2h/up/mtu1500/x1/len64", "udp/c2h/up/mtu1500/x1/bulk-up", "rr/c2h/mtu1500/x1/len64"})
    void shouldDescribeNoOtherForm(final String id) throws IOException {
        final String json = RunJson.write(run()).replace("tcp/c2h/up/mtu1500/x1", id);
        assertFalse(schema().validate(json, InputFormat.JSON).isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"verdict\":", "\"commit\":", "\"order\":", "\"sha256\":", "\"steal\":"})
    void shouldFindAMissingMember(final String member) throws IOException {
        final String without = RunJson.write(run()).replace(member, "\"other\":");
        final List<Error> errors = schema().validate(without, InputFormat.JSON);
        assertFalse(errors.isEmpty());
        assertOneLine(assertThrows(ResultException.class, () -> RunReader.read(without)));
    }

    @Test
    void shouldRefuseATruncatedDocument() {
        final String whole = RunJson.write(run());
        for (int length = 0; length < whole.length() - 2; length += 97) {
            final String part = whole.substring(0, length);
            assertOneLine(assertThrows(ResultException.class, () -> RunReader.read(part)));
        }
    }

    @Test
    void shouldRefuseAnotherSchema() {
        final String other = RunJson.write(run()).replace("\"schema\":1,", "\"schema\":2,");
        assertTrue(assertThrows(ResultException.class, () -> RunReader.read(other))
                .getMessage()
                .contains("schema 2"));
    }

    private static void assertOneLine(final ResultException failure) {
        assertEquals(1, failure.getMessage().lines().count(), failure.getMessage());
    }

    private static Schema schema() throws IOException {
        try (InputStream schema = RunJson.class.getResourceAsStream("run-v1.schema.json")) {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(schema.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
        }
    }
}
