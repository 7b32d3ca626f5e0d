package dev.tailrace.perf.result;

/// How much the machine was disturbed while the backends of one block took turns in one cell.
///
/// @param steal processor time that other virtual machines took, 0 to 1 of all processors
/// @param foreign processor time of processes that are not ours, 0 to 1 of all processors
/// @param idleBackends processor time of the backends whose turn it was not, 0 to 1 of one processor, the worst turn
/// @param pressure share of the last 10 s in which a process waited for a processor, percent, before the first turn;
/// negative where the kernel does not tell
/// @param load average of one minute, before the first turn
public record Noise(double steal, double foreign, double idleBackends, double pressure, double load) {}
