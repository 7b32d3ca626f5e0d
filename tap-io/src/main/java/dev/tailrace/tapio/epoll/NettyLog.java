package dev.tailrace.tapio.epoll;

import io.netty.util.internal.logging.AbstractInternalLogger;
import io.netty.util.internal.logging.InternalLogger;
import io.netty.util.internal.logging.InternalLoggerFactory;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Netty's warnings and errors as lines on the standard error; the rest goes nowhere.
///
/// Netty would look for two logging libraries that we do not have and then load the JDK's.
public final class NettyLog extends InternalLoggerFactory {
    /// What it warns of, a network namespace without an address, is where drop-ins are started; it goes on with the
    /// loopback's, which nothing of ours uses.
    private static final String INTERFACE_LIST = "io.netty.util.NetUtil";

    private NettyLog() {}

    /// To be called before any other class of Netty is used: each asks for its logger once.
    public static void install() {
        setDefaultFactory(new NettyLog());
    }

    @Override
    protected InternalLogger newInstance(final String name) {
        return new Lines(name, !name.startsWith(INTERFACE_LIST));
    }

    private static final class Lines extends AbstractInternalLogger {
        private static final long serialVersionUID = 1;

        private final boolean enabled;

        Lines(final String name, final boolean enabled) {
            super(name);
            this.enabled = enabled;
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public void trace(final String message) {}

        @Override
        public void trace(final String format, final Object argument) {}

        @Override
        public void trace(final String format, final Object first, final Object second) {}

        @Override
        public void trace(final String format, final Object... arguments) {}

        @Override
        public void trace(final String message, final Throwable thrown) {}

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public void debug(final String message) {}

        @Override
        public void debug(final String format, final Object argument) {}

        @Override
        public void debug(final String format, final Object first, final Object second) {}

        @Override
        public void debug(final String format, final Object... arguments) {}

        @Override
        public void debug(final String message, final Throwable thrown) {}

        @Override
        public boolean isInfoEnabled() {
            return false;
        }

        @Override
        public void info(final String message) {}

        @Override
        public void info(final String format, final Object argument) {}

        @Override
        public void info(final String format, final Object first, final Object second) {}

        @Override
        public void info(final String format, final Object... arguments) {}

        @Override
        public void info(final String message, final Throwable thrown) {}

        @Override
        public boolean isWarnEnabled() {
            return enabled;
        }

        @Override
        public void warn(final String message) {
            line(message, null);
        }

        @Override
        public void warn(final String format, final Object argument) {
            line(format, argument);
        }

        @Override
        public void warn(final String format, final Object first, final Object second) {
            line(format, first + ", " + second);
        }

        @Override
        public void warn(final String format, final Object... arguments) {
            line(format, Arrays.toString(arguments));
        }

        @Override
        public void warn(final String message, final Throwable thrown) {
            line(message, thrown);
        }

        @Override
        public boolean isErrorEnabled() {
            return enabled;
        }

        @Override
        public void error(final String message) {
            line(message, null);
        }

        @Override
        public void error(final String format, final Object argument) {
            line(format, argument);
        }

        @Override
        public void error(final String format, final Object first, final Object second) {
            line(format, first + ", " + second);
        }

        @Override
        public void error(final String format, final Object... arguments) {
            line(format, Arrays.toString(arguments));
        }

        @Override
        public void error(final String message, final Throwable thrown) {
            line(message, thrown);
        }

        private void line(final String message, final @Nullable Object detail) {
            if (enabled) {
                System.err.print("netty: " + message + (detail == null ? "" : " (" + detail + ")") + "\n");
            }
        }
    }
}
