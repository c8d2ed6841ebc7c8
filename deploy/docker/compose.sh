# Docker and Compose (v2, or docker-compose 1.29), and the platform's containers.
# shellcheck shell=bash disable=SC2034

require_docker() {
    find_docker || fail "no Docker engine with Compose answers; start it, or run the platform without: ./sms up --native"
    # As elsewhere, another SMS_LOCAL is another instance.
    [[ $SMS_LOCAL == "$ROOT/.local" ]] || export COMPOSE_PROJECT_NAME=${COMPOSE_PROJECT_NAME:-sms-$(sha256_of "$SMS_LOCAL" | cut -c 1-8)}
}

# compose ARGUMENTS…: for this instance. 'docker compose' in this directory is the same, but for moved ports.
compose() {
    (
        cd "$ROOT" || exit
        if ((SMS_PORT_OFFSET > 0)); then
            SMS_PORT_CONSOLE=$(port_of console) SMS_PORT_INGRESS=$(port_of ingress) SMS_PORT_GATEWAYSIMULATOR=$(port_of gatewaysimulator)
            export SMS_PORT_CONSOLE SMS_PORT_INGRESS SMS_PORT_GATEWAYSIMULATOR
        fi
        exec "${COMPOSE[@]}" "$@" 9>&-
    )
}

# compose_step TITLE DONE ARGUMENTS…: as one step at the terminal, what it says in a log.
compose_step() {
    local title=$1 done=$2 log=$LOGS/compose.log
    shift 2
    begin "$title"
    compose "$@" </dev/null >"$log" 2>&1 &
    while kill -0 $! 2>/dev/null; do
        tick
        sleep 0.1
    done
    if ! wait $!; then
        show_log compose 40
        fail "docker compose $1 failed (everything it said: $log)"
    fi
    finish "$done"
}

# One line per container: id, service, number, state, health, time of start, port on this machine ('-' where there is none).
containers() {
    local ids
    mapfile -t ids < <(compose ps --all -q 2>/dev/null)
    ((${#ids[@]} == 0)) || docker inspect --format '{{.Id}} {{index .Config.Labels "com.docker.compose.service"}} {{index .Config.Labels "com.docker.compose.container-number"}} {{.State.Status}} {{with .State.Health}}{{.Status}}{{else}}-{{end}} {{.State.StartedAt}} {{with index .NetworkSettings.Ports "8080/tcp"}}{{(index . 0).HostPort}}{{else}}-{{end}}' \
        "${ids[@]}" 2>/dev/null | sort -k 2,2 -k 3,3n || true
}

# The ids of NAME's containers: a service's, or with .2 behind it those of its second instance.
containers_of() {
    local service=${1%%.*} number=''
    [[ $1 != *.* ]] || number=${1#*.}
    containers | awk -v service="$service" -v number="$number" '$2 == service && (number == "" || $3 == number) { print $1 }'
}

# How many containers a service has.
count_of() {
    containers_of "$1" | wc -l
}

is_ready() {
    containers | awk -v service="$1" '$2 == service { all++; ready += $5 == "healthy" } END { exit !(all && all == ready) }'
}

await_ready() {
    local service
    for service in "$@"; do
        begin "$service"
        if ! wait_until 180 is_ready "$service"; then
            break_step
            compose logs --tail 25 "$service" >&2
            fail "$service is not ready after 180 s"
        fi
        finish
    done
}

declare -gA URL

url_of() {
    echo "${URL[$1]:-http://127.0.0.1:1}"
}

# What texts and stories need: where the services answer, and the keys, as the running containers know them.
existing_instance() {
    local id service number state health started port simulator='' environment
    require_docker
    URL=()
    while read -r id service number state health started port; do
        [[ $service != gatewaysimulator ]] || simulator=$id
        [[ $port == - || ${URL[$service]:-} ]] || URL[$service]=http://127.0.0.1:$port
    done < <(containers)
    [[ $simulator ]] || fail "nothing has been started here yet: ./sms up"
    environment=$(docker inspect --format '{{range .Config.Env}}{{println .}}{{end}}' "$simulator")
    SMS_API_KEY=${SMS_API_KEY:-$(sed -n 's/^Simulator__Ingress__ApiKey=//p' <<<"$environment")}
    SMS_SIMULATOR_API_KEY=$(sed -n 's/^Simulator__ApiKey=//p' <<<"$environment")
}
