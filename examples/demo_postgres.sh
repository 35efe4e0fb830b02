# A PostgreSQL for the demo, on a Unix socket alone. Read with `.` after demo_common.sh; its address is in
# $library, which is empty where it is not installed. It refuses to run as root: then it runs as the user
# that Debian's package brings.

library=
user=$(id -un)
place=$temp/postgres
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || bin=$(dirname "$(command -v initdb || echo ./none)")
if [ "$user" = root ]; then
    user=postgres
    as_user="setpriv --reuid=$user --regid=$user --clear-groups"
else
    as_user=
fi
if [ -x "$bin/initdb" ] && id "$user" >/dev/null 2>&1; then
    mkdir "$place"
    # Whoever it runs as has to get to its own folder.
    chmod 711 "$temp"
    chown "$user" "$place"
    $as_user "$bin/initdb" --no-sync -E UTF8 --locale=C --auth=trust -D "$place/data" >"$temp/log" 2>&1
    $as_user "$bin/postgres" -D "$place/data" -k "$place" --listen_addresses= --fsync=off >"$temp/log" 2>&1 &
    started="$! $started"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        "$bin/pg_isready" -q -h "$place" && break
        sleep 1
    done
    library="postgresql://$user@/postgres?host=$place"
fi
