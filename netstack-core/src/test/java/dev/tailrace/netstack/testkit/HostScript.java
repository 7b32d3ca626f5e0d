package dev.tailrace.netstack.testkit;

/// What the application at the host's end of a stream does. Fluent; the default is a sink that ends when the guest
/// does.
public final class HostScript {
    static final long NEVER = -1;

    long connectDelayNs = 50_000;
    int connectErrno;
    int refuseErrno;
    boolean isNeverAnswering;
    boolean isManual;
    boolean isEcho;
    long sourceBytes;
    int sourceChunkBytes;
    long sourceIntervalNs;
    boolean isEndingAfterSource;
    boolean isEndingAfterGuest = true;
    int readChunkBytes;
    long readIntervalNs;
    long reactionNs = 20_000;
    long resetAfterBytes = NEVER;
    long resetAfterNs = NEVER;
    int breakAtCall;
    int breakErrno;
    int sendCapacityBytes = 256 << 10;
    int receiveCapacityBytes = 256 << 10;
    int partialShare;
    int blockShare;
    int spuriousShare;

    /// Reads all and ends when the guest has.
    public static HostScript sink() {
        return new HostScript();
    }

    /// Sends back what it reads.
    public static HostScript echo() {
        final HostScript script = new HostScript();
        script.isEcho = true;
        return script;
    }

    /// Writes `bytes`, then ends its direction.
    public static HostScript source(final long bytes) {
        final HostScript script = new HostScript();
        script.sourceBytes = bytes;
        script.isEndingAfterSource = true;
        return script;
    }

    /// Fails to connect.
    public static HostScript refuses(final int errno) {
        final HostScript script = new HostScript();
        script.connectErrno = errno;
        return script;
    }

    /// Fails at once: the socket cannot even be made.
    public static HostScript refusesAtOnce(final int errno) {
        final HostScript script = new HostScript();
        script.refuseErrno = errno;
        return script;
    }

    /// The connection attempt never ends.
    public static HostScript neverAnswers() {
        final HostScript script = new HostScript();
        script.isNeverAnswering = true;
        return script;
    }

    /// Connects at once and does nothing by itself: the test moves it.
    public static HostScript manual() {
        final HostScript script = new HostScript();
        script.isManual = true;
        script.isEndingAfterGuest = false;
        script.connectDelayNs = 0;
        script.reactionNs = 0;
        return script;
    }

    public HostScript connectsAfter(final long delayNs) {
        connectDelayNs = delayNs;
        return this;
    }

    /// Has it write `bytes` too.
    public HostScript writing(final long bytes) {
        sourceBytes = bytes;
        return this;
    }

    /// Has it write so much at a time.
    public HostScript writingSlowly(final int chunkBytes, final long intervalNs) {
        sourceChunkBytes = chunkBytes;
        sourceIntervalNs = intervalNs;
        return this;
    }

    /// Has it end its direction behind the last byte, whether the guest has ended or not.
    public HostScript endsFirst() {
        isEndingAfterSource = true;
        return this;
    }

    /// Has it end its direction only after the guest's end, and after the last byte.
    public HostScript endsAfterGuest() {
        isEndingAfterSource = false;
        isEndingAfterGuest = true;
        return this;
    }

    /// Whether it waits for the guest's end before its own.
    public boolean isEndingAfterGuest() {
        return isEndingAfterGuest && !isEndingAfterSource;
    }

    /// Has it never end.
    public HostScript neverEnds() {
        isEndingAfterSource = false;
        isEndingAfterGuest = false;
        return this;
    }

    /// Has it read so much at a time.
    public HostScript slowReader(final int bytes, final long intervalNs) {
        readChunkBytes = bytes;
        readIntervalNs = intervalNs;
        return this;
    }

    /// Has it reset the connection when so much has been read.
    public HostScript resetsAfter(final long bytes) {
        resetAfterBytes = bytes;
        return this;
    }

    /// Has it reset the connection so long after it was made.
    public HostScript resetsAfterNs(final long delayNs) {
        resetAfterNs = delayNs;
        return this;
    }

    /// Has it break within a call, the `call`th to send or receive, counted from 1: the stack hears of it there first.
    public HostScript breaksAtCall(final int call, final int errno) {
        breakAtCall = call;
        breakErrno = errno;
        return this;
    }

    /// Sizes of the host kernel's two buffers.
    public HostScript buffers(final int sendBytes, final int receiveBytes) {
        sendCapacityBytes = sendBytes;
        receiveCapacityBytes = receiveBytes;
        return this;
    }

    /// Shares per 1,000 of calls that take less than they could, that would block although they could go on (an
    /// edge follows), and of events that nothing caused.
    public HostScript nuisances(final int partial, final int block, final int spurious) {
        partialShare = partial;
        blockShare = block;
        spuriousShare = spurious;
        return this;
    }
}
