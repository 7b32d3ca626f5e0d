/// Targets of the coverage-guided fuzzer. In a build each one replays its corpus, `src/test/resources/.../*Inputs`;
/// CONTRIBUTING says how
/// to look for new inputs. What an input means is said at each target; [dev.tailrace.netstack.fuzz.SeedCorpus] makes
/// those to start from.
@NullMarked
package dev.tailrace.netstack.fuzz;

import org.jspecify.annotations.NullMarked;
