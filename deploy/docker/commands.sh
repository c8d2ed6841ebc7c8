# The commands of ./sms where the platform runs in containers; text, demo, replay and the views' need no other than the native ones.
# shellcheck shell=bash

sms_up() {
    local building=yes scales
    case ${1:-} in
        --no-build) building='' ;;
        ?*) fail "usage: ./sms up [--no-build]" ;;
    esac
    require_docker
    require_ports_for_pages
    lock_instance
    ! anything_running || fail "the platform runs here without Docker; stop it first: ./sms down --native"
    mkdir -p "$LOGS"
    echo "$SMS_PORT_OFFSET" >"$SMS_LOCAL/port-offset"
    record_way docker
    [[ ! $building ]] || compose_step "Building the images" built build
    mapfile -t scales < <(scales)
    compose_step "Starting the containers" started up -d --no-build --remove-orphans "${scales[@]}"
    await_ready postgres rabbitmq "${SERVICES[@]}"
    existing_instance
    install_demo_rules
    print_addresses
}

# As many of each as there are: without being told, 'up' goes back to one.
scales() {
    containers | awk '$3 > 1 { count[$2] = $3 } END { for (service in count) print "--scale=" service "=" count[service] }'
}

print_addresses() {
    local service
    say ""
    for service in "${SERVICES[@]}"; do
        printf '  %-18s %s\n' "$service" "$(url_of "$service")"
    done
    cat <<END
  RabbitMQ           http://$(compose port rabbitmq 15672)  (user sms)
  API key            $SMS_API_KEY   (Authorization: Bearer …)

END
    print_way_in
}

sms_down() {
    (($# == 0)) || fail "usage: ./sms down"
    require_docker
    lock_instance
    mkdir -p "$LOGS"
    COMPOSE_PROFILES=observability compose_step "Stopping the containers" stopped down --remove-orphans
    say "Everything is stopped; ./sms up continues where it left off."
}

sms_start() {
    existing_instance
    require_name "$@"
    containers_of "$1" | xargs --no-run-if-empty docker start >/dev/null
    await_ready "${1%%.*}"
}

sms_stop() {
    existing_instance
    require_name "$@"
    begin "$1"
    containers_of "$1" | xargs --no-run-if-empty docker stop --time 60 >/dev/null
    finish stopped
}

sms_restart() {
    existing_instance
    lock_instance
    require_name "$@"
    local service=${1%%.*}
    case $service in
        postgres | rabbitmq) ;;
        *) compose_step "Building $service" built build "$service" ;;
    esac
    compose_step "Starting $service" started up -d --no-build --no-deps --force-recreate --scale "$service=$(count_of "$service")" "$service"
    await_ready "$service"
}

# The processes in it, not the container: so it is a crash to Docker, which starts the container again.
sms_kill() {
    existing_instance
    require_name "$@"
    local container user=()
    [[ $1 != postgres && $1 != rabbitmq ]] || user=(--user "$1")
    for container in $(containers_of "$1"); do
        docker exec "${user[@]}" "$container" bash -c 'kill -9 -1' || true
        say "$1 (container ${container:0:12}) is killed"
    done
}

sms_scale() {
    local service=${1:-} count=${2:-}
    [[ $# == 2 && " ${SERVICES[*]} " == *" $service "* && $count =~ ^[1-9][0-9]?$ ]] || fail "usage: ./sms scale SERVICE N   (N from 1 to 99; services: ${SERVICES[*]})"
    [[ $service != gatewaysimulator ]] || fail "there is one phone: the gateway simulator does not scale"
    [[ $service != ingress && $service != console ]] || fail "$service has a port of this machine to itself; more of it need a balancer in front"
    existing_instance
    lock_instance
    compose_step "Scaling $service" "$count" up -d --no-build --no-deps --no-recreate --scale "$service=$count" "$service"
    await_ready "$service"
    say "$service runs $count time(s)"
}

sms_status() {
    existing_instance
    local id service number state health started port name used
    declare -A memory
    while read -r id used; do
        memory[$id]=$used
    done < <(docker stats --no-stream --no-trunc --format '{{.ID}} {{.MemUsage}}' | awk '{ m = $2; print $1, (m ~ /GiB/ ? m * 1024 : m ~ /KiB/ ? m / 1024 : m + 0) }')
    printf '%-20s %-12s %6s  %-9s %6s %10s\n' NAME CONTAINER PORT STATE MB UPTIME
    while read -r id service number state health started port; do
        [[ $service != stores ]] || continue
        name=$service
        ((number == 1)) || name=$service.$number
        if [[ $state == running ]]; then
            printf '%-20s %-12s %6s  %-9s %6.0f %10s\n' "$name" "${id:0:12}" "$port" "${health/healthy/ready}" "${memory[$id]:-0}" "$(time_since "$started")"
        else
            printf '%-20s %-12s %6s  %-9s\n' "$name" "${id:0:12}" - "$state"
        fi
    done < <(containers)
}

time_since() {
    local seconds=$(($(now_ms) / 1000 - $(date --date="$1" +%s)))
    printf '%d:%02d:%02d' $((seconds / 3600)) $((seconds / 60 % 60)) $((seconds % 60))
}

sms_logs() {
    local follow=() name='' argument
    for argument in "$@"; do
        case $argument in
            -f) follow=(--follow) ;;
            *) name=$argument ;;
        esac
    done
    existing_instance
    if [[ $name == *.* ]]; then
        exec docker logs --tail 200 "${follow[@]}" "$(containers_of "$name")"
    elif [[ $name ]]; then
        compose logs --tail 200 "${follow[@]}" "$name"
    else
        compose logs --tail 20 "${follow[@]}"
    fi
}

sms_psql() {
    local store=${1:-} terminal=(--interactive)
    [[ " ${STORES[*]} " == *" $store "* ]] || fail "usage: ./sms psql SERVICE [PSQL ARGUMENTS]   (services: ${STORES[*]})"
    shift
    existing_instance
    [[ ! -t 0 || ! -t 1 ]] || terminal+=(--tty)
    exec docker exec "${terminal[@]}" "$(containers_of postgres)" psql --username="sms_$store" --dbname="sms_$store" "$@"
}

sms_reset() {
    require_docker
    if [[ ${1:-} != --yes ]]; then
        local answer=''
        [[ -t 0 ]] || fail "this deletes every stored text; say ./sms reset --yes"
        read -r -p "Delete everything the containers have stored? [y/N] " answer
        [[ $answer == [yY]* ]] || fail "nothing was deleted"
    fi
    lock_instance
    mkdir -p "$LOGS"
    COMPOSE_PROFILES=observability compose_step "Deleting the containers and what they stored" deleted down --volumes --remove-orphans
    rm -f "$SMS_LOCAL/way" "$SMS_LOCAL/port-offset"
}
