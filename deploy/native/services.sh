# The platform's services as processes: INSTANCE is a service's name, or name.2, name.3 … for more of it.
# shellcheck shell=bash disable=SC2034

# The instances that run, or ran until they crashed; the first one always.
instances_of() {
    local file
    echo "$1"
    for file in "$RUN/$1".*.pid; do
        [[ ! -e $file ]] || basename "$file" .pid
    done | sort -V
}

all_instances() {
    local service
    for service in "${SERVICES[@]}"; do
        instances_of "$service"
    done
}

program_of() {
    echo "$ROOT/artifacts/bin/Sms.${PROJECT[$1]}/release"
}

start_instance() {
    local instance=$1 service=${1%%.*} port program
    ! is_running "$instance" || return 0
    program=$(program_of "$service")
    [[ -f $program/Sms.${PROJECT[$service]}.dll ]] || fail "$service is not built yet: run ./sms up"

    port=$(port_of "$service")
    if [[ $instance == "$service" ]]; then
        require_free_port "$service" "$port"
    else
        port=$((port + 100 * (${instance##*.} - 1)))
        while port_is_open "$port"; do ((port += 100)); done
    fi

    # It runs from a copy: a later build must not pull the files from under a running process.
    mkdir -p "$SMS_LOCAL/programs"
    rm -rf "$SMS_LOCAL/programs/$instance"
    cp -r "$program" "$SMS_LOCAL/programs/$instance"

    mapfile -t ENVIRONMENT < <(environment_of "$service" "$port")
    launch "$instance" "$port" "$SMS_LOCAL/programs/$instance" dotnet "Sms.${PROJECT[$service]}.dll"
}

# One NAME=VALUE per line.
environment_of() {
    local service=$1 port=$2
    cat <<END
ASPNETCORE_ENVIRONMENT=Production
ASPNETCORE_URLS=http://127.0.0.1:$port
DOTNET_gcServer=0
END
    case $service in
        gatewaysimulator)
            mkdir -p "$SMS_LOCAL/simulator"
            echo "Simulator__ApiKey=$SMS_SIMULATOR_API_KEY"
            echo "Simulator__StateFile=$SMS_LOCAL/simulator/state.jsonl"
            echo "Simulator__Ingress__Url=$(url_of ingress)"
            echo "Simulator__Ingress__ApiKey=$SMS_API_KEY"
            echo "Simulator__Ingress__Number=$BUSINESS_NUMBER"
            echo "Simulator__Console=http://127.0.0.1:$(port_of console) http://localhost:$(port_of console)"
            ;;
        *)
            echo "ConnectionStrings__Store=$(store_connection "$service")"
            echo "ConnectionStrings__Bus=$(bus_connection)"
            echo "ApiKeys__0=dev:admin:$(sha256_of "$SMS_API_KEY")"
            echo "ApiKeys__1=console:on-behalf:$(sha256_of "$SMS_CONSOLE_KEY")"
            ;;
    esac
    case $service in
        console)
            local asked
            echo "Console__ApiKey=$SMS_CONSOLE_KEY"
            echo "Console__MasterKey=$SMS_MASTER_KEY"
            echo "Console__Phone=$(url_of gatewaysimulator)"
            for asked in "${STORES[@]}"; do
                echo "Services__$asked=$(url_of "$asked")"
            done
            ;;
        ingress)
            echo "Ingress__MasterKey=$SMS_MASTER_KEY"
            ;;
        optout)
            echo "OptOut__ProofKey=${SMS_PROOF_KEY:-}"
            ;;
        contacts | helpdesk)
            echo "Webhooks__MasterKey=$SMS_MASTER_KEY"
            echo "Webhooks__AllowedNetworks=${SMS_WEBHOOK_NETWORKS-}"
            ;;
        autoreply)
            echo "AutoReply__Smtp__Host=${SMS_SMTP_HOST-}"
            echo "AutoReply__Smtp__Port=${SMS_SMTP_PORT-587}"
            echo "AutoReply__Smtp__From=${SMS_SMTP_FROM-}"
            echo "AutoReply__Smtp__Tls=${SMS_SMTP_TLS-true}"
            echo "AutoReply__Smtp__User=${SMS_SMTP_USER-}"
            echo "AutoReply__Smtp__Password=${SMS_SMTP_PASSWORD-}"
            echo "AutoReply__WebhookSecret=${SMS_RULES_WEBHOOK_SECRET-}"
            echo "AutoReply__WebhookNetworks=${SMS_WEBHOOK_NETWORKS-}"
            ;;
        outbound)
            echo "Gateways__sms__BaseUrl=$(url_of gatewaysimulator)/v1"
            echo "Gateways__sms__ApiKey=$SMS_SIMULATOR_API_KEY"
            echo "Gateways__sms__IntervalPerNumber=0" # the simulated phone is quick
            ;;
    esac
}

is_ready() {
    # shellcheck disable=SC2153
    recall "$1" && http GET "http://127.0.0.1:$PORT/health/ready"
}

ready_or_gone() {
    is_gone "$1" || is_ready "$1"
}

await_ready() {
    local instance
    for instance in "$@"; do
        ! is_ready "$instance" || continue
        begin "$instance on port $PORT"
        if ! wait_until 90 ready_or_gone "$instance" || is_gone "$instance"; then
            show_log "$instance"
            if is_gone "$instance"; then
                fail "$instance ended while it started"
            fi
            fail "$instance is not ready after 90 s: GET http://127.0.0.1:$PORT/health/ready answers $(problem)"
        fi
        finish
    done
}

# start_services INSTANCE…: those that do not run yet, all at once, then waits until all are ready.
start_services() {
    local instance
    for instance in "$@"; do
        start_instance "$instance"
    done
    await_ready "$@"
}

stop_services() {
    local instance
    for instance in "$@"; do
        if is_running "$instance"; then
            kill -TERM "$PID" 2>/dev/null || true
        fi
    done
    for instance in "$@"; do
        if [[ -f $RUN/$instance.pid ]]; then
            begin "$instance"
            stop_process "$instance" TERM 30
            finish stopped
        fi
        rm -f "$RUN/$instance.pid"
        rm -rf "$SMS_LOCAL/programs/$instance"
    done
}

# The services that run an older build than the one that lies ready.
outdated_services() {
    local service
    for service in "${SERVICES[@]}"; do
        if is_running "$service" && ! diff -rq "$(program_of "$service")" "$SMS_LOCAL/programs/$service" >/dev/null 2>&1; then
            echo "$service"
        fi
    done
}
