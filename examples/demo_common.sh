# What the demos have in common. Read with `.`, the path to gristmill as $1, from anywhere.

case "${1:?usage: sh $0 PATH_TO_GRISTMILL}" in
    /*) program=$1 ;;
    *) program=$PWD/$1 ;;
esac
python=$(dirname "$program")/python
cd "$(dirname "$0")/.."
temp=$(mktemp -d)
started=

finish() {
    code=$?
    trap - EXIT
    # The last one first, one after the other: a node says good-bye to its scheduler.
    for process in $started; do
        kill "$process" 2>/dev/null || true
        wait "$process" 2>/dev/null || true
    done
    rm -rf "$temp"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

step() {
    printf '\n== %s\n' "$1"
}

# Starts a service with these flags; its address is in $url once it listens.
serve() {
    mkfifo "$temp/output"
    "$program" serve --data "$temp/data" --host 127.0.0.1 --port 0 "$@" >"$temp/output" &
    service=$!
    started="$service $started"
    # Ends with a line when the service is ready, without one when it could not start.
    read -r line <"$temp/output" || { echo "the service did not start" >&2; exit 1; }
    echo "$line"
    url=${line#listening on }
}
