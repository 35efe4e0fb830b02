#!/bin/sh
# A Dask scheduler and two nodes on this machine: the examples are read by them. docs/scaling.md.
# Run it by `make demo-cluster`, or: sh examples/demo_cluster.sh PATH_TO_GRISTMILL
set -eu

case "${1:?usage: sh examples/demo_cluster.sh PATH_TO_GRISTMILL}" in
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
    # One after the other: a node says good-bye to its scheduler.
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

step "dask scheduler"
"$python" -m distributed.cli.dask_scheduler --host 127.0.0.1 --port 0 --no-dashboard \
    --scheduler-file "$temp/scheduler" 2>"$temp/log" &
started=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    [ -s "$temp/scheduler" ] && break
    sleep 1
done
scheduler=$(sed -n 's/.*"address": "\([^"]*\)".*/\1/p' "$temp/scheduler")
echo "$scheduler"

step "gristmill node --scheduler $scheduler, twice"
for _ in 1 2; do
    "$program" node --scheduler "$scheduler" 2>>"$temp/log" &
    started="$! $started"
done

step "gristmill serve --engine dask --scheduler $scheduler --workers 1"
mkfifo "$temp/output"
"$program" serve --data "$temp/data" --port 0 --engine dask --scheduler "$scheduler" --workers 1 \
    >"$temp/output" &
started="$! $started"
read -r line <"$temp/output" || { echo "the service did not start" >&2; exit 1; }
echo "$line"
url=${line#listening on }

step "gristmill ingest examples/documents: they wait for the first node, which takes some seconds"
# Two of the examples cannot be read, which is what exit code 3 says.
"$program" ingest examples/documents --server "$url" || [ $? = 3 ]

step "gristmill nodes"
"$program" nodes --data "$temp/data"

step "gristmill search grinding stones"
"$program" search grinding stones --limit 1 --server "$url"
