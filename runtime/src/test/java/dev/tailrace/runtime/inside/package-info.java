/// Tests that need to be root of a user namespace with all subordinate ids, and of a mount namespace, as the engine is.
///
/// Such a test is a class `*Cases`; a `*IT` has [dev.tailrace.runtime.inside.UserNamespace] run it in a JVM of its own
/// there and reports what failed.
package dev.tailrace.runtime.inside;
