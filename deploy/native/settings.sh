# Where an instance lives and what only it knows: its directory, its ports, its secrets.
# shellcheck shell=bash disable=SC2034

SERVICES=(console ingress gatewaysimulator contacts helpdesk optout autoreply outbound)

declare -A PROJECT=(
    [console]=Console [ingress]=Ingress [gatewaysimulator]=GatewaySimulator [contacts]=Contacts [helpdesk]=Helpdesk
    [optout]=OptOut [autoreply]=AutoReply [outbound]=Outbound)

declare -A USUAL_PORT=(
    [console]=8080 [ingress]=8081 [gatewaysimulator]=8082 [contacts]=8083 [helpdesk]=8084
    [optout]=8085 [autoreply]=8086 [outbound]=8087
    [postgres]=5532 [amqp]=5772 [epmd]=5773 [erlang]=5774 [rabbitmq_management]=15772)

# The services that keep streams of their own, each in a database of its own.
STORES=(ingress contacts helpdesk optout autoreply outbound console)

locate_instance() {
    SMS_LOCAL=$(realpath -m -- "${SMS_LOCAL:-$ROOT/.local}")
    LOGS=$SMS_LOCAL/logs
    RUN=$SMS_LOCAL/run

    # An instance keeps the offset it was brought up with, so that later commands need not repeat it.
    if [[ -f $SMS_LOCAL/port-offset ]]; then
        local recorded
        recorded=$(<"$SMS_LOCAL/port-offset")
        if [[ -z ${SMS_PORT_OFFSET:-} ]] || { [[ $SMS_PORT_OFFSET != "$recorded" ]] && anything_running; }; then
            SMS_PORT_OFFSET=$recorded
        fi
    fi
    SMS_PORT_OFFSET=${SMS_PORT_OFFSET:-0}
    if [[ ! $SMS_PORT_OFFSET =~ ^[0-9]{1,5}$ ]] || ((10#$SMS_PORT_OFFSET > 40000)); then
        fail "SMS_PORT_OFFSET must be a number up to 40000, not '$SMS_PORT_OFFSET'"
    fi
    SMS_PORT_OFFSET=$((10#$SMS_PORT_OFFSET))

    locate_postgres
    locate_rabbitmq
}

# The port of a service or server: SMS_PORT_<NAME> when set, the usual one otherwise, plus the offset.
port_of() {
    local override="SMS_PORT_${1^^}"
    echo $((${!override:-${USUAL_PORT[$1]}} + SMS_PORT_OFFSET))
}

url_of() {
    echo "http://127.0.0.1:$(port_of "$1")"
}

# The ports above 1024 that browsers open no page on, as https://fetch.spec.whatwg.org/#bad-port lists them.
browsers_refuse() {
    case $1 in
        1719 | 1720 | 1723 | 2049 | 3659 | 4045 | 4190 | 5060 | 5061 | 6000 | 6566 | 666[5-9] | 6679 | 6697 | 10080) ;;
        *) return 1 ;;
    esac
}

# Said before anything starts: a browser would only say that the address is not allowed.
require_ports_for_pages() {
    local service
    for service in console gatewaysimulator; do
        ! browsers_refuse "$(port_of "$service")" ||
            fail "browsers open no page on port $(port_of "$service"), which would be that of $service; set SMS_PORT_${service^^} or SMS_PORT_OFFSET to another number"
    done
}

create_instance() {
    mkdir -p "$LOGS" "$RUN" 2>/dev/null || fail "cannot write to $SMS_LOCAL (it belongs to $(stat -c %U "$SMS_LOCAL" 2>/dev/null || echo 'another user'))"
    [[ -w $SMS_LOCAL && -w $RUN ]] || fail "cannot write to $SMS_LOCAL: it belongs to $(stat -c %U "$SMS_LOCAL")"
    chmod 711 "$SMS_LOCAL" # the servers' user must be able to pass through
    echo "$SMS_PORT_OFFSET" >"$SMS_LOCAL/port-offset"
    load_secrets
}

# One command at a time changes an instance; the lock is let go when the process ends.
lock_instance() {
    mkdir -p "$RUN" 2>/dev/null || fail "cannot write to $SMS_LOCAL"
    exec 9>"$RUN/lock" || fail "cannot write to $RUN"
    if ! flock --nonblock 9; then
        warn "another ./sms is at work in $SMS_LOCAL; waiting for it"
        flock 9
    fi
}

# ---- secrets: drawn once, kept in one file that only its owner reads ----

load_secrets() {
    local secrets=$SMS_LOCAL/env
    if [[ ! -f $secrets ]]; then
        (umask 077 && echo "# Drawn by ./sms for this instance only." >"$secrets")
    fi
    # shellcheck source=/dev/null
    source "$secrets"

    secret SMS_POSTGRES_PASSWORD random_letters 32
    secret SMS_RABBITMQ_PASSWORD random_letters 32
    secret SMS_RABBITMQ_COOKIE random_letters 32
    secret SMS_API_KEY api_key sk_dev_
    secret SMS_CONSOLE_KEY api_key sk_console_
    secret SMS_SIMULATOR_API_KEY api_key sk_live_
    secret SMS_MASTER_KEY random_key
    ! command -v openssl >/dev/null || secret SMS_PROOF_KEY proof_key
    local store
    for store in "${STORES[@]}"; do
        secret "SMS_STORE_PASSWORD_${store^^}" random_letters 32
    done
}

# secret NAME GENERATOR…: adds a value to the file that has none yet: the caller's own, or one drawn now.
secret() {
    local name=$1
    shift
    grep -q "^$name=" "$SMS_LOCAL/env" && return
    [[ ${!name:-} ]] || printf -v "$name" '%s' "$("$@")"
    printf '%s=%q\n' "$name" "${!name}" >>"$SMS_LOCAL/env"
}

random_letters() {
    head -c $(($1 * 4)) /dev/urandom | base64 -w 0 | tr -d '+/=' | cut -c "1-$1"
}

proof_key() {
    # The base64 inside the PEM is PKCS #8; what -outform DER writes is not.
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2>/dev/null | grep -v -e ----- | tr -d '\n'
}

random_key() {
    head -c 32 /dev/urandom | base64 -w 0
}

api_key() {
    echo "$1$(random_letters 40)"
}

# sha256_of TEXT: hexadecimal, the form in which services know API keys.
sha256_of() {
    local digest
    digest=$(printf '%s' "$1" | sha256sum)
    echo "${digest%% *}"
}
