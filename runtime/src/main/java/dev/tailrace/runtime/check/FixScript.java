package dev.tailrace.runtime.check;

import java.util.ArrayList;
import java.util.List;

/// The fixes of several problems as commands to copy: what root has to do, and what the user does.
final class FixScript {
    private static final String BEGIN = "########## BEGIN ##########";
    private static final String END = "########## END ##########";
    private static final String AS_ROOT = "sudo ";
    private static final String SET = "sysctl -w ";

    /// Where what is set stays set after the next start.
    private static final String SETTINGS = "/etc/sysctl.d/60-tailrace.conf";

    private FixScript() {}

    /// The lines; none if no finding has a command.
    static List<String> lines(final List<Finding> problems) {
        final List<String> root = new ArrayList<>();
        final List<String> user = new ArrayList<>();
        for (final Finding finding : problems) {
            final boolean isRoots = finding.fix().startsWith(AS_ROOT);
            final String command = isRoots ? finding.fix().substring(AS_ROOT.length()) : finding.fix();
            final List<String> lines = isRoots ? root : user;
            if (!command.isEmpty() && !lines.contains(command)) {
                lines.add("# " + finding.text());
                lines.add(command);
                if (command.startsWith(SET)) {
                    lines.add("echo '" + command.substring(SET.length()).replace("\"", "") + "' >>" + SETTINGS);
                }
            }
        }
        final List<String> lines = new ArrayList<>();
        if (!root.isEmpty()) {
            lines.addAll(List.of("What an administrator has to do:", BEGIN, "sudo sh -eux <<'COMMANDS'"));
            lines.addAll(root);
            lines.addAll(List.of("COMMANDS", END));
        }
        if (!user.isEmpty()) {
            lines.addAll(List.of("What to do in your shell" + (root.isEmpty() ? ":" : " after that:"), BEGIN));
            lines.addAll(user);
            lines.add(END);
        }
        return lines;
    }
}
