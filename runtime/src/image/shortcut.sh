# What clients ask before every start, answered without a JVM. With more arguments the program decides.
case $#${1-} in
    1--help | 1-h) text=help.txt ;;
    1--version | 1-v) text=version.txt ;;
    *) text= ;;
esac
if [ -n "$text" ]; then
    while IFS= read -r line; do
        printf '%s\n' "$line" || exit 1
    done <"$home/share/slirp4netns/$text"
    exit 0
fi
