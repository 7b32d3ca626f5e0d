#!/bin/sh
# Starts @PROGRAM@ on the Java runtime beside it. Works through links, from a read-only copy anywhere, without PATH.
file=$0
case $file in */*) ;; *) file=./$file ;; esac
while [ -h "$file" ]; do
    target=$(PATH=/usr/bin:/bin:${PATH-} readlink "$file")
    case $target in /*) file=$target ;; *) file=${file%/*}/$target ;; esac
done
home=${file%/*}/..
@SHORTCUT@# Options that the environment has for other JVMs are not for this one.
unset JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS
# shellcheck disable=SC2086 # a list of words
exec @ENTER@"$home/java/bin/java" "-XX:AOTCache=$home/java/lib/@PROGRAM@.aot" \
    @FLAGS@ \
    ${TAILRACE_JAVA_OPTIONS-} -m dev.tailrace/@MAIN@ "$@"
