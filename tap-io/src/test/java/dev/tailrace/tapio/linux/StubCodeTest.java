package dev.tailrace.tapio.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StubCodeTest {
    @TempDir
    Path directory;

    @Test
    void shouldHoldWhatTheX86SourceAssemblesTo() throws Exception {
        assembleAndCompare("x86_64", "", StubCode.X86_64);
    }

    @Test
    void shouldHoldWhatTheAarch64SourceAssemblesTo() throws Exception {
        assembleAndCompare("aarch64", "aarch64-linux-gnu-", StubCode.AARCH64);
    }

    @Test
    void shouldHoldWhatTheInitSourcesAssembleTo() throws Exception {
        final String machine = Machine.IS_X86_64 ? "x86_64" : "aarch64";
        assemble("init-" + machine, "", Machine.IS_X86_64 ? InitCode.X86_64 : InitCode.AARCH64);
        final String other = Machine.IS_X86_64 ? "aarch64-linux-gnu-" : "x86_64-linux-gnu-";
        assumeTrue(isOnPath(other + "as"), "binutils for the other processor not installed");
        assemble(
                Machine.IS_X86_64 ? "init-aarch64" : "init-x86_64",
                other,
                Machine.IS_X86_64 ? InitCode.AARCH64 : InitCode.X86_64);
    }

    @Test
    void shouldMakeAProgramThatTheKernelExecutes() throws Exception {
        final Path file = Files.write(directory.resolve("init"), InitCode.elf());
        assertTrue(file.toFile().setExecutable(true));
        final Process process = new ProcessBuilder(file.toString(), "/bin/sh", "sh", "-c", "exit 9").start();
        assertEquals(9, process.waitFor());
    }

    private void assembleAndCompare(final String machine, final String prefix, final String expected)
            throws IOException, InterruptedException {
        final boolean isHost = machine.equals("x86_64") == Machine.IS_X86_64;
        final String tools = isHost ? "" : prefix;
        assumeTrue(isHost || !prefix.isEmpty(), "no cross assembler is named for " + machine);
        assumeTrue(isOnPath(tools + "as") && isOnPath(tools + "objcopy"), "binutils for " + machine + " not installed");
        final Path object = assemble(machine, tools, expected);
        final String symbols = run(tools + "nm", object.toString());
        if (isHost) {
            assertSymbol(symbols, "sys6", StubCode.SYS6);
            assertSymbol(symbols, "run", StubCode.RUN);
            assertSymbol(symbols, "on_signal", StubCode.ON_SIGNAL);
            assertSymbol(symbols, "on_thread", StubCode.ON_THREAD);
            assertSymbol(symbols, "on_blocked", StubCode.ON_BLOCKED);
            assertSymbol(symbols, "DATA", StubCode.DATA);
        }
        if (machine.equals("x86_64")) {
            assertSymbol(symbols, "restorer", StubCode.RESTORER);
        }
    }

    /// Compares the bytes, and answers the object file.
    private Path assemble(final String name, final String tools, final String expected)
            throws IOException, InterruptedException {
        assumeTrue(isOnPath(tools + "as") && isOnPath(tools + "objcopy"), "binutils not installed");
        final Path source = Path.of("src/main/asm", name + ".S");
        final Path object = directory.resolve(name + ".o");
        final Path binary = directory.resolve(name + ".bin");
        run(tools + "as", source.toString(), "-o", object.toString());
        run(tools + "objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString());
        assertEquals(
                HexFormat.of().formatHex(Files.readAllBytes(binary)), expected, "the code is not that of " + source);
        return object;
    }

    private static void assertSymbol(final String symbols, final String name, final int offset) {
        final String digits = Integer.toHexString(offset);
        final String address = "0".repeat(16 - digits.length()) + digits;
        assertTrue(
                symbols.lines().anyMatch(line -> line.startsWith(address) && line.endsWith(" " + name)),
                name + " is not at " + digits + ":\n" + symbols);
    }

    private static boolean isOnPath(final String program) {
        for (final String directory : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    private static String run(final String... command) throws IOException, InterruptedException {
        final Process process =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
