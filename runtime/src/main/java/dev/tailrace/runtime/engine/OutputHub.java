package dev.tailrace.runtime.engine;

import dev.tailrace.runtime.log.LogStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Hands a process's output to everyone attached. Clients may attach before the process starts. Safe for several
/// threads.
final class OutputHub {
    private final CopyOnWriteArrayList<Attachment> attachments = new CopyOnWriteArrayList<>();

    Attachment attach(final boolean stdout, final boolean stderr) {
        final Attachment attachment = new Attachment(stdout, stderr);
        attachments.add(attachment);
        return attachment;
    }

    /// Waits for clients that are behind.
    void write(final LogStream stream, final byte[] bytes, final int count) throws InterruptedException {
        for (final Attachment attachment : attachments) {
            if (attachment.isClosed()) {
                attachments.remove(attachment);
            } else {
                attachment.add(stream, bytes, count);
            }
        }
    }

    /// The process has ended; its last output follows.
    void release() {
        attachments.forEach(Attachment::release);
    }

    /// Ends every attachment.
    void end() {
        final List<Attachment> ended = new ArrayList<>(attachments);
        attachments.removeAll(ended);
        ended.forEach(Attachment::end);
    }
}
