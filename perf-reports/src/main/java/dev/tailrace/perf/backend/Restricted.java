package dev.tailrace.perf.backend;

import dev.tailrace.perf.lab.Lab;
import dev.tailrace.perf.matrix.Cell;
import dev.tailrace.perf.result.BackendIdentity;

/// A backend that takes part in one cell only, as warm as if it took part in all.
public record Restricted(Backend backend, Cell only) implements Backend {
    @Override
    public String id() {
        return backend.id();
    }

    @Override
    public BackendIdentity.Role role() {
        return backend.role();
    }

    @Override
    public boolean warmsUp() {
        return backend.warmsUp();
    }

    @Override
    public boolean isOurs() {
        return backend.isOurs();
    }

    @Override
    public boolean carries(final Cell cell) {
        return cell.equals(only) && backend.carries(cell);
    }

    @Override
    public boolean warmsUpBy(final Cell cell) {
        return backend.warmsUpBy(cell);
    }

    @Override
    public Link start(final Lab lab, final int mtu) {
        return backend.start(lab, mtu);
    }
}
