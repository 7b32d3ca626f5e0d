/// The four interfaces below the engine, faked so that they behave: processes are processes of this machine without
/// namespaces, images are a few bytes, roots are empty directories, networks are numbers.
@NullMarked
package dev.tailrace.runtime.fake;

import org.jspecify.annotations.NullMarked;
