# In containers or without: what was asked for, else what this instance was brought up with, else containers where
# Docker is there.
# shellcheck shell=bash disable=SC2034

choose_way() {
    local way=${SMS_WAY:-}
    if [[ ! $way && -f $SMS_LOCAL/way ]]; then
        way=$(<"$SMS_LOCAL/way")
    elif [[ ! $way && ! -f $SMS_LOCAL/env ]] && find_docker; then
        way=docker
    fi
    case ${way:=native} in
        docker)
            use_docker
            warn "with Docker"
            ;;
        native) warn "without Docker, in $SMS_LOCAL" ;;
        *) fail "SMS_WAY must be native or docker, not '$way'" ;;
    esac
}

# Whether an engine answers and a Compose is there; sets COMPOSE.
find_docker() {
    timeout 10 docker info >/dev/null 2>&1 || return 1
    if docker compose version >/dev/null 2>&1; then
        COMPOSE=(docker compose)
    elif docker-compose version >/dev/null 2>&1; then
        COMPOSE=(docker-compose)
    else
        return 1
    fi
}

# The commands as deploy/docker has them take the place of those that deploy/native has.
use_docker() {
    # shellcheck source=/dev/null
    source "$ROOT/deploy/docker/compose.sh"
    # shellcheck source=/dev/null
    source "$ROOT/deploy/docker/commands.sh"
}

record_way() {
    echo "$1" >"$SMS_LOCAL/way"
}
