#!/bin/sh
# A Dask scheduler, two nodes, PostgreSQL and an S3 server on this machine: the examples are read by the
# nodes, which see nothing of the service's data folder. docs/scaling.md.
# Run it by `make demo-cluster`, or: sh examples/demo_cluster.sh PATH_TO_GRISTMILL
set -eu

. "$(dirname "$0")/demo_common.sh"

step "an S3 server (moto), in which uploads wait"
port=$("$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$python" -m moto.server -H 127.0.0.1 -p "$port" >/dev/null 2>&1 &
started=$!
export AWS_ENDPOINT_URL="http://127.0.0.1:$port" AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=demo AWS_SECRET_ACCESS_KEY=demo
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    "$python" examples/call.py PUT "$AWS_ENDPOINT_URL/grist" >"$temp/bucket" 2>&1 && break
    sleep 1
done
echo "$AWS_ENDPOINT_URL"

step "PostgreSQL, in which the library is"
. examples/demo_postgres.sh
echo "${library:-"none here (Debian: apt install postgresql): the library is a file, and nodes see it"}"

step "dask scheduler"
"$python" -m distributed.cli.dask_scheduler --host 127.0.0.1 --port 0 --no-dashboard \
    --scheduler-file "$temp/scheduler" 2>"$temp/log" &
started="$! $started"
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

step "gristmill serve --engine dask --scheduler $scheduler --spool s3://grist/mill --library $library --workers 1"
serve --engine dask --scheduler "$scheduler" --spool s3://grist/mill --library "$library" --workers 1

step "gristmill ingest examples/documents: they wait for the first node, which takes some seconds"
# Two of the examples cannot be read, which is what exit code 3 says.
"$program" ingest examples/documents --server "$url" || [ $? = 3 ]

step "gristmill nodes"
"$program" nodes --data "$temp/data"

step "gristmill search grinding stones"
"$program" search grinding stones --limit 1 --server "$url"

if [ -n "$library" ]; then
    step "what PostgreSQL has of that"
    "$bin/psql" -XqAt -h "$place" -U "$user" postgres \
        -c "SELECT count(*) || ' documents, ' || sum(chunks) || ' chunks' FROM documents"
fi
