#!/bin/sh
# Starts the whole service on fresh data, ingests examples/documents over HTTP, looks at the result.
# Run it by `make demo`, or: sh examples/demo.sh PATH_TO_GRISTMILL
set -eu

. "$(dirname "$0")/demo_common.sh"

step "gristmill serve --data TEMP --port 0 --allow-root examples"
serve --allow-root examples

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
started=
unset GRISTMILL_SERVER
echo "ended; its data can still be read without it:"
"$program" search "miller" --limit 1 --data "$temp/data"
