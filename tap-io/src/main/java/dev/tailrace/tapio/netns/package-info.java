/// Network namespaces of other processes, with interfaces configured by ioctl, and new ones of our own, configured by
/// rtnetlink. The drop-in keeps to ioctl: its few calls are part of the program that enters the namespace anyway, and
/// need no class that its start would have to load.
@NullMarked
package dev.tailrace.tapio.netns;

import org.jspecify.annotations.NullMarked;
