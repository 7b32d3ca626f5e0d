package dev.tailrace.runtime.engine;

import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// Names for containers that were given none: an adjective and something that moves on the water.
final class NameGenerator {
    private static final List<String> ADJECTIVES = List.of(
            "amber", "ample", "blithe", "brisk", "candid", "clever", "copper", "cosy", "deft", "eager", "early",
            "fabled", "fleet", "gentle", "gilded", "glad", "hardy", "hazel", "humble", "ivory", "jaunty", "keen",
            "kindly", "lively", "lucid", "mellow", "merry", "mild", "neat", "nimble", "noble", "patient", "placid",
            "plucky", "proud", "quiet", "ready", "rustic", "sandy", "serene", "silver", "sleek", "snug", "solid",
            "spry", "steady", "sturdy", "sunny", "swift", "tidal", "tidy", "trusty", "upbeat", "velvet", "vivid",
            "warm", "wily", "windy", "witty", "zesty");
    private static final List<String> NOUNS = List.of(
            "barge",
            "beaver",
            "brig",
            "canoe",
            "caravel",
            "catboat",
            "clipper",
            "coble",
            "coracle",
            "cutter",
            "dhow",
            "dinghy",
            "dory",
            "dugout",
            "eider",
            "felucca",
            "ferry",
            "frigate",
            "galleon",
            "gig",
            "gondola",
            "grebe",
            "gull",
            "heron",
            "hooker",
            "jolly",
            "junk",
            "kayak",
            "keelboat",
            "ketch",
            "lighter",
            "longship",
            "lugger",
            "mallard",
            "otter",
            "packet",
            "pelican",
            "pike",
            "pinnace",
            "plover",
            "pontoon",
            "proa",
            "punt",
            "raft",
            "regatta",
            "salmon",
            "sampan",
            "schooner",
            "scow",
            "scull",
            "skiff",
            "sloop",
            "smack",
            "tender",
            "tern",
            "trawler",
            "trimaran",
            "tug",
            "wherry",
            "yawl");

    private final RandomGenerator random;

    NameGenerator(final RandomGenerator random) {
        this.random = random;
    }

    /// A name that is not taken; with a number behind it where many are.
    String next(final Predicate<String> isTaken) {
        for (int attempt = 0; ; attempt++) {
            final String name = ADJECTIVES.get(random.nextInt(ADJECTIVES.size())) + "_"
                    + NOUNS.get(random.nextInt(NOUNS.size())) + (attempt < 6 ? "" : random.nextInt(1_000_000));
            if (!isTaken.test(name)) {
                return name;
            }
        }
    }
}
