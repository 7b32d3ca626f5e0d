package dev.tailrace.runtime.container;

import java.util.List;

/// Who a process is.
///
/// @param groups supplementary ones
/// @param home of /etc/passwd, else `/`
record Identity(int uid, int gid, List<Integer> groups, String home) {}
