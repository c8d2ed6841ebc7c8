# What the person at the terminal sees: steps with their durations, and errors.
# shellcheck shell=bash

now_ms() {
    local now=${EPOCHREALTIME/[.,]/}
    echo "${now%???}"
}

say() {
    printf '%s\n' "$*"
}

# A step that may take a while: its name now, dots while it lasts, its duration at the end.
begin() {
    STEP_STARTED=$(now_ms)
    STEP_TICKED=$STEP_STARTED
    STEP_OPEN=yes
    printf '  %-34s ' "$*"
}

tick() {
    local now
    [[ ${STEP_OPEN:-} ]] || return 0
    now=$(now_ms)
    if ((now - STEP_TICKED >= 2000)); then
        STEP_TICKED=$now
        printf '.'
    fi
}

finish() {
    local took=$(($(now_ms) - STEP_STARTED))
    STEP_OPEN=''
    printf '%s (%d.%d s)\n' "${*:-ready}" $((took / 1000)) $((took % 1000 / 100))
}

# Ends the line of a step that went wrong, so that what follows starts on its own line.
break_step() {
    if [[ ${STEP_OPEN:-} ]]; then
        STEP_OPEN=''
        printf 'FAILED\n'
    fi
}

warn() {
    printf 'sms: %s\n' "$*" >&2
}

fail() {
    break_step
    warn "$@"
    exit 1
}

# wait_until SECONDS COMMAND…: polls until the command succeeds; false when the time is up.
wait_until() {
    local deadline=$(($(now_ms) + $1 * 1000))
    shift
    until "$@"; do
        (($(now_ms) < deadline)) || return 1
        tick
        sleep 0.1
    done
}
