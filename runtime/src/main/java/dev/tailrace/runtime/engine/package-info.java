/// The engine: containers as state machines, without a line of HTTP and without a system call.
///
/// Theory of operation. [dev.tailrace.runtime.engine.Engine] is what the API calls. A
/// [dev.tailrace.runtime.engine.Container] keeps what it was made of, which never changes, and its
/// status, an immutable record that only `Container.change` replaces. Who brings a container from one
/// state to another holds its operation lock, so that start, pause, the end of its process and removal
/// follow one another; stop and kill hold nothing while they wait, for the end needs the lock. Whoever
/// waits (`docker wait`, `stop`, `rm -f`) waits for a future that the end of the run completes, after
/// its last output is in the log and its network is given back. The mount of its root goes after that,
/// before anybody else gets the lock.
///
/// Streams. Two threads for each running container read its output, write it to the log and hand it to
/// the clients that are attached, each behind a bounded queue. A client that does not read holds the
/// container's output up, as with Docker, and nothing grows; once the process has ended the bound is
/// lifted, so that what its pipes still hold, at most their size, gets into the log whatever the clients
/// do. Input goes the other way through one bounded queue, which clients may fill before the process
/// starts.
///
/// Life. `ContainerStore` has a document of each container on the disk, written before anybody is told of a change;
/// `Restorer` reads them for the next engine (docs/adr/0027-life-of-containers.md).
///
/// Everything below is an interface: [dev.tailrace.runtime.image.Images],
/// [dev.tailrace.runtime.storage.ContainerRoots], [dev.tailrace.runtime.container.ContainerRuntime],
/// [dev.tailrace.runtime.network.ContainerNetwork]. The tests run the whole engine on fakes of the four.
@NullMarked
package dev.tailrace.runtime.engine;

import org.jspecify.annotations.NullMarked;
