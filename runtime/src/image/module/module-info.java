/// The product in one module, so that jlink can put it into the runtime's own module file: no jar is opened at
/// start-up, and the AOT cache does not depend on the time stamps of jars, which copying the image would change. Only
/// the image is packed like this; sources, tests and benchmarks use the class path (docs/adr/0002-image.md).
open module dev.tailrace {
    requires java.base;
    requires java.net.http;
    requires jdk.unsupported;
}
