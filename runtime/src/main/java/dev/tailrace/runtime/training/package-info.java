/// What is run once when the product is built, so that the AOT cache has the classes of a start.
@NullMarked
package dev.tailrace.runtime.training;

import org.jspecify.annotations.NullMarked;
