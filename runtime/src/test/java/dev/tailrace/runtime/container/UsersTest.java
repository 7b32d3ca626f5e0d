package dev.tailrace.runtime.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final String PASSWD = """
            root:x:0:0:root:/root:/bin/sh
            # comment
            broken:x:none:0::/:/bin/sh
            short:x:5
            ada:x:1000:1001:Ada:/home/ada:/bin/sh
            1234:x:77:78::/digits:/bin/sh
            homeless:x:9:9:::
            """;
    private static final String GROUP = """
            root:x:0:
            audio:x:29:ada,homeless
            video:x:44:ada
            adage:x:45:adagio
            """;

    private final Users users = new Users(PASSWD, GROUP);

    private Identity find(final String user, final String... groups) {
        return users.find(user, List.of(groups));
    }

    @Test
    void shouldFindByName() {
        assertEquals(new Identity(1000, 1001, List.of(29, 44), "/home/ada"), find("ada"));
        assertEquals(new Identity(0, 0, List.of(), "/root"), find(""));
        assertEquals(new Identity(9, 9, List.of(29), "/"), find("homeless"));
    }

    @Test
    void shouldFindByNumberAndPreferTheNameOfDigits() {
        assertEquals(new Identity(1000, 1001, List.of(29, 44), "/home/ada"), find("1000"));
        assertEquals(new Identity(77, 78, List.of(), "/digits"), find("1234"));
        assertEquals(new Identity(555, 0, List.of(), "/"), find("555"));
    }

    @Test
    void shouldTakeTheGroupThatIsNamedAndNoOthers() {
        assertEquals(new Identity(1000, 44, List.of(), "/home/ada"), find("ada:video"));
        assertEquals(new Identity(1000, 999, List.of(), "/home/ada"), find("ada:999"));
        assertEquals(new Identity(0, 29, List.of(44, 7), "/root"), find(":audio", "video", "7"));
    }

    @Test
    void shouldSayWhoIsMissing() {
        assertMissing("unable to find user bob: no matching entries in passwd file", "bob");
        assertMissing("unable to find group staff: no matching entries in group file", "ada:staff");
        assertMissing("unable to find group staff: no matching entries in group file", "ada", "staff");
        assertMissing("unable to find user -1: no matching entries in passwd file", "-1");
        assertMissing("uids and gids must be in range 0-2147483647, which 4294967295 is not", "4294967295");
    }

    private void assertMissing(final String message, final String user, final String... groups) {
        final StartException e = assertThrows(StartException.class, () -> find(user, groups));
        assertEquals(message, e.getMessage());
        assertEquals(128, e.exitCode());
    }

    @Test
    void shouldDoWithoutFiles() {
        assertEquals(new Identity(0, 0, List.of(), "/"), new Users("", "").find("", List.of()));
        assertEquals(new Identity(5, 6, List.of(), "/"), new Users("", "").find("5:6", List.of()));
    }
}
