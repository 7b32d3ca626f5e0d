/// The program `tailrace`: one verb per class.
///
/// Theory of operation. What docker's client does as well has its name, options, output and exit codes,
/// and is a client of the same API (`client`) as that one. [dev.tailrace.runtime.cli.EngineProgram]
/// finds the verb and has picocli fill the options in; only one verb's classes are loaded, which is what
/// a start costs. Where no engine answers, one is started ([dev.tailrace.runtime.cli.OnDemand]).
/// Failures are exceptions, turned into a line and an exit status in one place.
@NullMarked
package dev.tailrace.runtime.cli;

import org.jspecify.annotations.NullMarked;
