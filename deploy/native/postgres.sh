# A private PostgreSQL: own data directory, own port, loopback only, a database and role per service.
# shellcheck shell=bash

locate_postgres() {
    POSTGRES_HOME=$SMS_LOCAL/postgres
    POSTGRES_DATA=$POSTGRES_HOME/data
    POSTGRES_PORT=$(port_of postgres)

    # PostgreSQL refuses to run as root; then it runs as the user that its package made.
    POSTGRES_USER=()
    ((EUID != 0)) || POSTGRES_USER=(setpriv --reuid=postgres --regid=postgres --init-groups --)
}

start_postgres() {
    ! is_running postgres || return 0
    require_free_port postgres "$POSTGRES_PORT"
    begin "PostgreSQL on port $POSTGRES_PORT"
    [[ -f $POSTGRES_DATA/PG_VERSION ]] || create_cluster
    forget_dead_postmaster

    # After a kill -9 its children need a moment to see that the postmaster is gone; until then a new
    # one refuses to start. So one that ended at once is tried again.
    
    for _ in {1..20}; do
        launch_postgres
        wait_until 120 postgres_settled || break
        ! is_running postgres || break
        sleep 0.25
    done
    if ! postgres_answers; then
        show_log postgres
        fail "PostgreSQL did not start"
    fi
    create_stores
    finish
}

launch_postgres() {
    launch postgres "$POSTGRES_PORT" / "${POSTGRES_USER[@]}" "$POSTGRES_BIN/postgres" -D "$(realpath "$POSTGRES_DATA")" \
        -c listen_addresses=127.0.0.1 -c "port=$POSTGRES_PORT" -c unix_socket_directories= \
        -c max_connections="${SMS_POSTGRES_CONNECTIONS:-200}" -c shared_buffers=128MB \
        -c fsync="${SMS_POSTGRES_FSYNC:-on}" -c logging_collector=off -c log_line_prefix='%m [%p] %d '
}

postgres_answers() {
    "$POSTGRES_BIN/pg_isready" --quiet --host=127.0.0.1 --port="$POSTGRES_PORT"
}

postgres_settled() {
    postgres_answers || is_gone postgres
}

create_cluster() {
    place_postgres
    local owner=() new=$POSTGRES_DATA.new password=$POSTGRES_HOME/password
    ((EUID != 0)) || owner=(--owner=postgres --group=postgres)
    rm -rf "$new"
    install -d -m 700 "${owner[@]}" "$new"
    install -m 600 "${owner[@]}" /dev/null "$password"
    printf '%s\n' "$SMS_POSTGRES_PASSWORD" >"$password"
    if ! (cd / && "${POSTGRES_USER[@]}" "$POSTGRES_BIN/initdb" --pgdata="$(realpath "$new")" --username=postgres \
        --pwfile="$(realpath "$password")" --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --lc-collate=C) \
        </dev/null >>"$LOGS/postgres.log" 2>&1; then
        rm -f "$password"
        show_log postgres
        fail "PostgreSQL's initdb failed"
    fi
    rm -f "$password"
    mv "$new" "$POSTGRES_DATA"
}

# The data belongs under the instance's directory. Where the user 'postgres' cannot get there
# (a clone in /root), it is kept in /var/lib and the instance holds a link to it.
place_postgres() {
    if ((EUID == 0)); then
        id postgres >/dev/null 2>&1 || fail "PostgreSQL refuses to run as root, and there is no user 'postgres' to run it as; run ./sms as an ordinary user"
        install -d -m 711 "$POSTGRES_HOME" # a link to a directory passes too
        if [[ ! -L $POSTGRES_HOME ]] && ! (cd / && "${POSTGRES_USER[@]}" test -x "$POSTGRES_HOME"); then
            local elsewhere
            elsewhere=/var/lib/sms-platform/$(sha256_of "$SMS_LOCAL" | cut -c 1-12)/postgres
            rm -rf "$elsewhere" # left by an instance of this path that was deleted by hand
            install -d -m 711 /var/lib/sms-platform "$(dirname "$elsewhere")" "$elsewhere"
            rmdir "$POSTGRES_HOME"
            ln -s "$elsewhere" "$POSTGRES_HOME"
        fi
    else
        install -d -m 700 "$POSTGRES_HOME"
    fi
}

# PostgreSQL refuses to start while the process that its lock file names exists, be it a zombie or, after
# a crash of the machine, some other program that got the same id. That it does not start beside live
# children of a dead postmaster is seen to by its shared memory, not by this file.
forget_dead_postmaster() {
    local lock=$POSTGRES_DATA/postmaster.pid pid=''
    [[ -f $lock ]] || return 0
    read -r pid <"$lock" || true
    if [[ $pid =~ ^[0-9]+$ ]] && [[ -z $(start_time_of "$pid") || $(<"/proc/$pid/comm") != postgres ]]; then
        rm -f "$lock"
    fi
}

# A role and a database of its own for every service that keeps streams; nobody else may connect.
create_stores() {
    local store password
    for store in "${STORES[@]}"; do
        password="SMS_STORE_PASSWORD_${store^^}"
        PGPASSWORD=$SMS_POSTGRES_PASSWORD SMS_STORE=$store SMS_STORE_PASSWORD=${!password} \
            "$POSTGRES_BIN/psql" --no-psqlrc --quiet --host=127.0.0.1 --port="$POSTGRES_PORT" --username=postgres \
            --file="$ROOT/deploy/postgres/store.sql" >>"$LOGS/postgres.log" 2>&1 ||
            { show_log postgres; fail "could not create the database of $store"; }
    done
}

# SIGINT is PostgreSQL's "fast" shutdown: ends the sessions, writes everything down, leaves.
stop_postgres() {
    if is_running postgres; then
        begin "PostgreSQL"
        stop_process postgres INT 60
        finish stopped
    fi
    rm -f "$RUN/postgres.pid"
}

store_connection() {
    local password="SMS_STORE_PASSWORD_${1^^}"
    echo "Host=127.0.0.1;Port=$POSTGRES_PORT;Database=sms_$1;Username=sms_$1;Password=${!password}"
}
