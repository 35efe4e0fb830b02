#!/bin/sh
# Starts the whole service on fresh data, ingests examples/documents over HTTP, looks at the result.
# Run it by `make demo`, or: sh examples/demo.sh PATH_TO_GRISTMILL
set -eu

case "${1:?usage: sh examples/demo.sh PATH_TO_GRISTMILL}" in
    /*) program=$1 ;;
    *) program=$PWD/$1 ;;
esac
python=$(dirname "$program")/python
cd "$(dirname "$0")/.."
temp=$(mktemp -d)
service=

finish() {
    code=$?
    trap - EXIT
    if [ -n "$service" ]; then
        kill "$service" 2>/dev/null || true
        wait "$service" 2>/dev/null || true
    fi
    rm -rf "$temp"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

step() {
    printf '\n== %s\n' "$1"
}

step "gristmill serve --data TEMP --port 0 --allow-root examples"
mkfifo "$temp/output"
"$program" serve --data "$temp/data" --host 127.0.0.1 --port 0 --allow-root examples \
    >"$temp/output" &
service=$!
# Ends with a line when the service is ready, without one when it could not start.
read -r line <"$temp/output" || { echo "the service did not start" >&2; exit 1; }
echo "$line"
url=${line#listening on }

step "POST /ingest: accepted at once, durably"
source="{\"type\": \"path\", \"path\": \"$PWD/examples/documents\"}"
"$python" examples/call.py POST "$url/ingest" \
    "{\"sources\": [$source], \"collection\": \"mill\"}" | tee "$temp/answer"
job=$(sed -n 's|^Location: /ingest/||p' "$temp/answer")

step "GET /ingest/$job: 202 until it has ended, then 200"
until grep -q '^HTTP 200' "$temp/answer"; do
    "$python" examples/call.py GET "$url/ingest/$job?wait=1" >"$temp/answer"
    grep '^HTTP' "$temp/answer"
    grep -q '^HTTP 20[02]' "$temp/answer"
done

export GRISTMILL_SERVER="$url"
for command in "jobs" "job $job" "documents" "search grinding stones --limit 3" \
    "search \"spring flood\" --limit 1" "stats"; do
    step "gristmill $command"
    eval "\"\$program\" $command"
done

step "why two documents failed: GET /ingest/$job/documents?state=failed"
"$python" examples/call.py GET "$url/ingest/$job/documents?state=failed"

step "gristmill export --collection mill (the first of its lines)"
"$program" export --collection mill --output "$temp/mill.jsonl"
head -n 1 "$temp/mill.jsonl"

step "two of the files again, uploaded under other names: nothing is stored twice"
"$program" ingest examples/documents/*.md --collection mill

step "SIGTERM: the service drains"
kill "$service"
wait "$service"
service=
unset GRISTMILL_SERVER
echo "ended; its data can still be read without it:"
"$program" search "miller" --limit 1 --data "$temp/data"
