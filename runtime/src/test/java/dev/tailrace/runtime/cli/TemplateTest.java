package dev.tailrace.runtime.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import org.junit.jupiter.api.Test;

/// Expected texts are those of docker 28.2.2 for the same document.
final class TemplateTest {
    private static final String DOCUMENT = """
            {"Name":"/web","State":{"Running":true,"Pid":12},"Args":["-s","-p"],
             "NetworkSettings":{"IPAddress":"172.17.0.2","Networks":{"bridge":{"Gateway":"172.17.0.1"}},
              "Ports":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}}}
            """;

    @Test
    void shouldReadPaths() throws JsonParserException {
        assertMade("172.17.0.2", "{{ .NetworkSettings.IPAddress }}");
        assertMade("name /web, pid 12, true", "name {{.Name}}, pid {{.State.Pid}}, {{.State.Running}}");
        assertMade("plain", "plain");
        assertMade("<no value>", "{{.Nothing.There}}");
    }

    @Test
    void shouldCallFunctions() throws JsonParserException {
        assertMade("[\"-s\",\"-p\"]", "{{json .Args}}");
        assertMade("2", "{{len .Args}}");
        assertMade("-p", "{{index .Args 1}}");
        assertMade("[{\"HostIp\":\"\",\"HostPort\":\"8080\"}]", "{{index .NetworkSettings.Ports \"80/tcp\"}}");
    }

    @Test
    void shouldLoop() throws JsonParserException {
        assertMade("<-s><-p>.", "{{range .Args}}<{{.}}>{{end}}.");
        assertMade("172.17.0.1", "{{range .NetworkSettings.Networks}}{{.Gateway}}{{end}}");
        assertMade(
                "bridge=172.17.0.1;",
                "{{range $name, $net := .NetworkSettings.Networks}}{{$name}}={{$net.Gateway}};{{end}}");
        assertMade("", "{{range .Nothing}}x{{end}}");
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        for (final String unknown :
                new String[] {"{{upper .Name}}", "{{if .Name}}a{{end}}", "{{range .Args}}", "{{}}"}) {
            assertThrows(CommandException.class, () -> Template.parse(unknown), unknown);
        }
    }

    private static void assertMade(final String expected, final String template) throws JsonParserException {
        final JsonObject document = JsonParser.object().from(DOCUMENT);
        assertEquals(expected, Template.parse(template).apply(document), template);
    }
}
