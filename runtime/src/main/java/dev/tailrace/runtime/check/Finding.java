package dev.tailrace.runtime.check;

/// What a look at the machine found.
///
/// @param problem whether something does not work without the fix; otherwise it is only worth knowing
/// @param text what is wrong, one line without a full stop
/// @param fix the command that fixes it, or empty when there is none
public record Finding(boolean problem, String text, String fix) {
    static Finding problem(final String text, final String fix) {
        return new Finding(true, text, fix);
    }

    static Finding note(final String text) {
        return new Finding(false, text, "");
    }

    /// What one can do without.
    static Finding note(final String text, final String fix) {
        return new Finding(false, text, fix);
    }

    @Override
    public String toString() {
        return text + (fix.isEmpty() ? "" : (problem ? ". Fix: " : ". To have it: ") + fix);
    }
}
