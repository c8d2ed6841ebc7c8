# One function per command of ./sms.
# shellcheck shell=bash

sms_help() {
    cat <<END
usage: ./sms COMMAND …

$(commands | sed 's/^\(.\)/  \1/')

Services: ${SERVICES[*]}
The first 'up' chooses: containers where a Docker engine with Compose answers, else processes of this machine;
'up --docker' and 'up --native' choose otherwise. What it keeps outside containers is in SMS_LOCAL (now $SMS_LOCAL).
A second instance beside this one needs another SMS_LOCAL and SMS_PORT_OFFSET (added to every port); SMS_PORT_<SERVICE>
moves one port.
END
}

sms_up() {
    local building=yes
    case ${1:-} in
        --no-build) building='' ;;
        ?*) fail "usage: ./sms up [--no-build]" ;;
    esac
    require_ports_for_pages
    lock_instance
    create_instance
    record_way native
    require_dotnet
    require_servers
    [[ ! $building ]] || build deploy/services.slnf
    start_servers
    local instances
    mapfile -t instances < <(all_instances)
    start_services "${instances[@]}"
    install_demo_rules
    print_addresses
}

start_servers() {
    start_postgres
    create_stores
    start_rabbitmq
}

print_addresses() {
    local service outdated
    say ""
    for service in "${SERVICES[@]}"; do
        printf '  %-18s http://127.0.0.1:%s\n' "$service" "$(port_of "$service")"
    done
    cat <<END
  RabbitMQ           http://127.0.0.1:$RABBITMQ_MANAGEMENT_PORT  (user sms, password $SMS_RABBITMQ_PASSWORD)
  API key            $SMS_API_KEY   (Authorization: Bearer …)

END
    mapfile -t outdated < <(outdated_services)
    ((${#outdated[@]} == 0)) || say "Running an older build than the one now at hand: ${outdated[*]} (./sms restart SERVICE)"
    print_way_in
}

# Where people meet the platform: the very first is given a link with which to open the first account.
print_way_in() {
    if api POST "$(url_of console)/invitations" '{"role":"admin","ifNobody":true}'; then
        say "Open the console, this once by this link, which makes you its first admin (it holds for a day):"
        say "  $(url_of console)$(json_value path <<<"$HTTP_BODY")"
    else
        say "Open the console: $(url_of console)"
    fi
    say "Or stay here: ./sms demo"
}

sms_down() {
    (($# == 0)) || fail "usage: ./sms down"
    existing_instance
    lock_instance
    local instances
    mapfile -t instances < <(all_instances)
    stop_services "${instances[@]}"
    stop_rabbitmq
    stop_postgres
    say "Everything is stopped; ./sms up continues where it left off."
}

sms_start() {
    existing_instance
    lock_instance
    require_dotnet
    require_servers
    require_name "$@"
    case $1 in
        postgres) start_postgres ;;
        rabbitmq) start_rabbitmq ;;
        *)
            local instances
            mapfile -t instances < <(named_instances "$1")
            start_services "${instances[@]}"
            ;;
    esac
}

sms_stop() {
    existing_instance
    lock_instance
    require_name "$@"
    case $1 in
        postgres) stop_postgres ;;
        rabbitmq) stop_rabbitmq ;;
        *)
            local instances
            mapfile -t instances < <(named_instances "$1")
            stop_services "${instances[@]}"
            ;;
    esac
}

sms_restart() {
    existing_instance
    lock_instance
    require_dotnet
    require_servers
    require_name "$@"
    case $1 in
        postgres)
            stop_postgres
            start_postgres
            ;;
        rabbitmq)
            stop_rabbitmq
            start_rabbitmq
            ;;
        *)
            local instances
            mapfile -t instances < <(named_instances "$1")
            build "services/${PROJECT[${1%%.*}]}"
            stop_services "${instances[@]}"
            start_services "${instances[@]}"
            ;;
    esac
}

sms_kill() {
    existing_instance
    require_name "$@"
    local name instances
    mapfile -t instances < <(named_instances "$1")
    for name in "${instances[@]}"; do
        if is_running "$name"; then
            kill_process "$name"
            say "$name (process $PID) is killed"
        else
            say "$name does not run"
        fi
    done
}

sms_scale() {
    local service=${1:-} count=${2:-} instance instances=() surplus=()
    [[ $# == 2 && " ${SERVICES[*]} " == *" $service "* && $count =~ ^[1-9][0-9]?$ ]] || fail "usage: ./sms scale SERVICE N   (N from 1 to 99; services: ${SERVICES[*]})"
    [[ $service != gatewaysimulator ]] || fail "there is one phone: the gateway simulator does not scale"
    existing_instance
    lock_instance
    require_dotnet
    for instance in $(seq -f "$service.%g" 2 "$count"); do
        instances+=("$instance")
    done
    while read -r instance; do
        [[ $instance == "$service" ]] || ((${instance##*.} <= count)) || surplus+=("$instance")
    done < <(instances_of "$service")
    stop_services "${surplus[@]}"
    start_services "$service" "${instances[@]}"
    say "$service runs $count time(s)"
}

sms_status() {
    existing_instance
    POSTGRES_BIN=$(find_postgres)
    local name
    printf '%-20s %8s %6s  %-9s %6s %10s\n' NAME PROCESS PORT STATE MB UPTIME
    while read -r name; do
        if is_running "$name"; then
            printf '%-20s %8s %6s  %-9s %6s %10s\n' "$name" "$PID" "$PORT" "$(state_of "$name")" "$(memory_of "$PID")" "$(uptime_of "$PID")"
        else
            printf '%-20s %8s %6s  %-9s\n' "$name" - - "$([[ -f $RUN/$name.pid ]] && echo died || echo stopped)"
        fi
    done < <(printf '%s\n' postgres rabbitmq; all_instances)
}

state_of() {
    local ready
    case $1 in
        postgres) ready=postgres_answers ;;
        rabbitmq) ready=rabbitmq_answers ;;
        *) ready="is_ready $1" ;;
    esac
    # shellcheck disable=SC2086
    if HTTP_SECONDS=3 $ready; then echo ready; else echo "not ready"; fi
}

sms_logs() {
    local follow=() name='' files=() lines=20 argument
    for argument in "$@"; do
        case $argument in
            -f) follow=(-F) ;;
            *) name=$argument lines=200 ;;
        esac
    done
    if [[ $name ]]; then
        [[ -f $LOGS/$name.log ]] || fail "there is no log of '$name'; there are: $(cd "$LOGS" 2>/dev/null && compgen -G '*.log' | sed 's/\.log$//' | tr '\n' ' ')"
        files=("$LOGS/$name.log")
    else
        for argument in $(all_instances) postgres rabbitmq; do
            [[ ! -f $LOGS/$argument.log ]] || files+=("$LOGS/$argument.log")
        done
        ((${#files[@]})) || fail "there are no logs in $LOGS"
    fi
    exec tail -n "$lines" "${follow[@]}" "${files[@]}"
}

sms_psql() {
    local store=${1:-} password
    [[ " ${STORES[*]} " == *" $store "* ]] || fail "usage: ./sms psql SERVICE [PSQL ARGUMENTS]   (services: ${STORES[*]})"
    shift
    existing_instance
    require_servers
    password="SMS_STORE_PASSWORD_${store^^}"
    PGPASSWORD=${!password} exec "$POSTGRES_BIN/psql" --host=127.0.0.1 --port="$POSTGRES_PORT" --username="sms_$store" --dbname="sms_$store" "$@"
}

sms_replay() {
    local service=${1:-} from=${2:-0}
    [[ " ${STORES[*]} " == *" $service "* && $from =~ ^([0-9]+|--cancel)$ ]] || fail "usage: ./sms replay SERVICE [FROM | --cancel]   (services: ${STORES[*]}; FROM is an event number)"
    existing_instance
    if [[ $from == --cancel ]]; then
        api DELETE "$(url_of "$service")/relay/replay" || fail "$service refused: $(problem)"
        say "$service goes on publishing from where it was"
        return
    fi
    api POST "$(url_of "$service")/relay/replay" "{\"from\":$from}" || fail "$service refused: $(problem)"
    say "$service publishes again from event $from on; its consumers ignore what they have seen"
}

sms_reset() {
    if [[ ! -e $SMS_LOCAL/env ]]; then
        say "Nothing is stored in $SMS_LOCAL."
        return
    fi
    existing_instance
    if [[ ${1:-} != --yes ]]; then
        local answer=''
        [[ -t 0 ]] || fail "this deletes every stored text; say ./sms reset --yes"
        read -r -p "Delete everything stored in $SMS_LOCAL? [y/N] " answer
        [[ $answer == [yY]* ]] || fail "nothing was deleted"
    fi
    lock_instance
    delete_instance
    say "Everything stored in $SMS_LOCAL is deleted."
}

# Without a farewell: what they would write down is deleted anyhow.
delete_instance() {
    local file elsewhere
    for file in "$RUN"/*.pid; do
        [[ ! -e $file ]] || kill_process "$(basename "$file" .pid)"
    done
    elsewhere=$(readlink "$POSTGRES_HOME" || true)
    if [[ $elsewhere == /var/lib/sms-platform/*/postgres ]]; then
        rm -rf "${elsewhere%/postgres}"
    fi
    rm -rf "$SMS_LOCAL"/{postgres,rabbitmq,simulator,programs,logs,env,port-offset,way} "$RUN"/*.pid
}

# ---- what commands are told ----

existing_instance() {
    [[ -f $SMS_LOCAL/env ]] || fail "nothing has been started here yet: ./sms up"
    [[ -r $SMS_LOCAL/env ]] || fail "$SMS_LOCAL belongs to $(stat -c %U "$SMS_LOCAL")"
    load_secrets
}

# One name: a service, one instance of it (name.2), or a server.
require_name() {
    local name=${1:-}
    if (($# != 1)) || [[ " postgres rabbitmq ${SERVICES[*]} " != *" ${name%%.*} "* ]]; then
        fail "which one? postgres, rabbitmq, ${SERVICES[*]}"
    fi
}

named_instances() {
    if [[ " ${SERVICES[*]} " == *" $1 "* ]]; then
        instances_of "$1"
    else
        echo "$1"
    fi
}
