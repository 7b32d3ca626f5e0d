package dev.tailrace.tapio.slirp.api;

/// What a request may take from its client besides its text.
interface ApiClient {
    /// No descriptor came with the request.
    int NO_DESCRIPTOR = -1;

    /// A client without descriptors that is not kept.
    ApiClient TEXT_ALONE = new ApiClient() {
        @Override
        public int takeDescriptor() {
            return NO_DESCRIPTOR;
        }

        @Override
        public void conclude(final String reply) {
            throw new IllegalStateException("not kept");
        }
    };

    /// Takes the descriptor that came with the request, to be closed by who takes it; or [#NO_DESCRIPTOR].
    int takeDescriptor();

    /// Sends a last reply on a connection that was kept open, and closes it.
    void conclude(String reply);
}
