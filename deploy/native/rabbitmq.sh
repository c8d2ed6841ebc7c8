# A private RabbitMQ node: own data, cookie, ports and port mapper (epmd), loopback only.
# shellcheck shell=bash disable=SC2034

locate_rabbitmq() {
    RABBITMQ_HOME_DIRECTORY=$SMS_LOCAL/rabbitmq
    RABBITMQ_PORT=$(port_of amqp)
    RABBITMQ_MANAGEMENT_PORT=$(port_of rabbitmq_management)
    EPMD_PORT=$(port_of epmd)
    ERLANG_PORT=$(port_of erlang)
}

start_rabbitmq() {
    ! is_running rabbitmq || return 0
    require_free_port amqp "$RABBITMQ_PORT"
    require_free_port rabbitmq_management "$RABBITMQ_MANAGEMENT_PORT"
    require_free_port erlang "$ERLANG_PORT"
    begin "RabbitMQ on port $RABBITMQ_PORT"
    configure_rabbitmq
    start_epmd

    ENVIRONMENT=("${RABBITMQ_ENVIRONMENT[@]}")
    launch rabbitmq "$RABBITMQ_PORT" "$RABBITMQ_HOME_DIRECTORY" "$RABBITMQ_SERVER"
    if ! wait_until 120 rabbitmq_settled || is_gone rabbitmq; then
        show_log rabbitmq
        fail "RabbitMQ did not start (its own log: $RABBITMQ_HOME_DIRECTORY/log)"
    fi
    finish
}

configure_rabbitmq() {
    local home=$RABBITMQ_HOME_DIRECTORY open_files
    install -d -m 700 "$home" "$home/data" "$home/log"
    (
        umask 077
        echo '[rabbitmq_management].' >"$home/enabled_plugins"
        printf '%s' "$SMS_RABBITMQ_COOKIE" >"$home/.erlang.cookie.new"
        chmod 400 "$home/.erlang.cookie.new"
        mv -f "$home/.erlang.cookie.new" "$home/.erlang.cookie"
        # The default user exists from the node's first start: there never is a 'guest'.
        cat >"$home/rabbitmq.conf" <<END
listeners.tcp.1 = 127.0.0.1:$RABBITMQ_PORT
management.tcp.ip = 127.0.0.1
management.tcp.port = $RABBITMQ_MANAGEMENT_PORT
default_user = sms
default_pass = $SMS_RABBITMQ_PASSWORD
log.console = false
log.file = node.log
log.file.level = info
END
    )

    # RUNNING_UNDER_SYSTEMD makes the start script become the server instead of waiting for it.
    RABBITMQ_ENVIRONMENT=(
        "HOME=$home" "RUNNING_UNDER_SYSTEMD=true" "NOTIFY_SOCKET="
        "ERL_EPMD_PORT=$EPMD_PORT" "ERL_EPMD_ADDRESS=127.0.0.1" "ERL_CRASH_DUMP_BYTES=0"
        "RABBITMQ_NODENAME=sms@localhost" "RABBITMQ_DIST_PORT=$ERLANG_PORT"
        "RABBITMQ_CONF_ENV_FILE=$home/none" "RABBITMQ_CONFIG_FILE=$home/rabbitmq.conf"
        "RABBITMQ_ADVANCED_CONFIG_FILE=$home/none" "RABBITMQ_ENABLED_PLUGINS_FILE=$home/enabled_plugins"
        "RABBITMQ_MNESIA_BASE=$home/data" "RABBITMQ_LOG_BASE=$home/log"
        "RABBITMQ_GENERATED_CONFIG_DIR=$home/data/config" "RABBITMQ_SCHEMA_DIR=$home/data/schema"
        "RABBITMQ_PID_FILE=$home/data/pid"
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-kernel inet_dist_use_interface {127,0,0,1}")

    # Erlang makes tables as long as the limit of open files, which containers like to set to a thousand million.
    open_files=$(ulimit -H -n)
    [[ $open_files != unlimited ]] && ((open_files < 65536)) || open_files=65536
    ulimit -S -n "$open_files" || true
}

start_epmd() {
    local epmd
    ! is_running epmd || return 0
    epmd=$(command -v epmd || compgen -G '/usr/lib/erlang/erts-*/bin/epmd' | head -n 1) || fail "Erlang's epmd is not on PATH"
    require_free_port epmd "$EPMD_PORT"
    launch epmd "$EPMD_PORT" / "$epmd" -address 127.0.0.1 -port "$EPMD_PORT"
    wait_until 10 port_is_open "$EPMD_PORT" || { show_log epmd; fail "epmd did not start"; }
}

rabbitmq_settled() {
    is_gone rabbitmq || rabbitmq_answers
}

rabbitmq_answers() {
    port_is_open "$RABBITMQ_PORT" && rabbitmq_api GET /api/whoami
}

# rabbitmq_api METHOD PATH [BODY]: the management API.
rabbitmq_api() {
    http "$1" "http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT$2" "${3:-}" \
        "Basic $(printf 'sms:%s' "$SMS_RABBITMQ_PASSWORD" | base64 -w 0)"
}

# SIGTERM makes the node stop in order.
stop_rabbitmq() {
    if is_running rabbitmq; then
        begin "RabbitMQ"
        stop_process rabbitmq TERM 60
        finish stopped
    fi
    rm -f "$RUN/rabbitmq.pid"
    stop_process epmd TERM 5
}

bus_connection() {
    echo "amqp://sms:$SMS_RABBITMQ_PASSWORD@127.0.0.1:$RABBITMQ_PORT/"
}
