/// What the machine can do, to compare with: no code of the product.
@NullMarked
package dev.tailrace.bench.baseline;

import org.jspecify.annotations.NullMarked;
