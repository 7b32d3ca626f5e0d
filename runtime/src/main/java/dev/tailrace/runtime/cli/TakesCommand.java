package dev.tailrace.runtime.cli;

/// What follows the first argument of such a verb is a command line for a container, options of it included.
interface TakesCommand {}
