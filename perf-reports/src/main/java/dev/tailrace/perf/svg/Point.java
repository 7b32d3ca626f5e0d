package dev.tailrace.perf.svg;

/// A place in a picture, or in the space of what it shows.
public record Point(double x, double y) {}
