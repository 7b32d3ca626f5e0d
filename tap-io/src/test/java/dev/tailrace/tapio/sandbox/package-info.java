/// Tests of the walls.
@NullMarked
package dev.tailrace.tapio.sandbox;

import org.jspecify.annotations.NullMarked;
