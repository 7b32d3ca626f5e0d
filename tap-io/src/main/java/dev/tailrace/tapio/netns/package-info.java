/// Network namespaces of other processes, and interfaces in them configured by ioctl.
@NullMarked
package dev.tailrace.tapio.netns;

import org.jspecify.annotations.NullMarked;
