# Processes that outlive this script. Each has a file run/NAME.pid: its process id, the time it
# started (in kernel ticks) and its port. The start time tells it from a later process with the same id.
# shellcheck shell=bash disable=SC2034

ENVIRONMENT=()

# launch NAME PORT DIRECTORY COMMAND…: in a session of its own, detached from this terminal, with the
# variables NAME=VALUE of ENVIRONMENT (not through 'env': command lines are for everybody to see).
launch() {
    local name=$1 port=$2 directory=$3 pid
    shift 3
    (
        cd "$directory" || exit
        ((${#ENVIRONMENT[@]} == 0)) || export "${ENVIRONMENT[@]}"
        exec setsid "$@" </dev/null >>"$LOGS/$name.log" 2>&1 9>&-
    ) &
    pid=$!
    disown
    ENVIRONMENT=()
    echo "$pid $(start_time_of "$pid") $port" >"$RUN/$name.pid"
}

# Fields 3 (state) and 22 (start time) of /proc/PID/stat, counted after the name in brackets,
# which may hold anything. Nothing for a process that is gone or waits as a zombie for its parent.
start_time_of() {
    local stat fields
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
    read -r -a fields <<<"${stat##*) }"
    [[ ${fields[0]} == [ZX] ]] || echo "${fields[19]}"
}

# Sets PID and PORT from the pid file; false when there is none.
recall() {
    PID='' PORT='' STARTED=''
    [[ -f $RUN/$1.pid ]] && read -r PID STARTED PORT <"$RUN/$1.pid"
}

is_running() {
    recall "$1" && [[ -n $PID && -n $STARTED && $(start_time_of "$PID") == "$STARTED" ]]
}

is_gone() {
    ! is_running "$1"
}

anything_running() {
    local file
    for file in "$RUN"/*.pid; do
        if [[ -e $file ]] && is_running "$(basename "$file" .pid)"; then
            return 0
        fi
    done
    return 1
}

# stop_process NAME SIGNAL SECONDS: asks it to end, and insists when it has not within the time.
stop_process() {
    local name=$1 signal=$2 seconds=$3
    if is_running "$name"; then
        kill "-$signal" "$PID" 2>/dev/null || true
        if ! wait_until "$seconds" is_gone "$name"; then
            warn "$name did not stop within $seconds s; killing it"
            kill_process "$name"
        fi
    fi
    rm -f "$RUN/$name.pid"
}

# kill -9, of the whole process group. The pid file stays, as after a crash.
kill_process() {
    if is_running "$1"; then
        kill -KILL -- "-$PID" 2>/dev/null || kill -KILL "$PID" 2>/dev/null || true
        wait_until 10 is_gone "$1" || fail "$1 (process $PID) cannot be killed"
    fi
}

port_is_open() {
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

require_free_port() {
    ! port_is_open "$2" || fail "port $2 for $1 is taken by another program; set SMS_PORT_${1^^} to another port, or SMS_PORT_OFFSET to move them all"
}

# The end of a log, for the person who must find out what went wrong.
show_log() {
    break_step
    if [[ -s $LOGS/$1.log ]]; then
        {
            echo "--- the last lines of $LOGS/$1.log"
            tail -n "${2:-25}" "$LOGS/$1.log"
            echo "---"
        } >&2
    fi
}

# What /proc knows about a running process: memory in MB and the time since its start.
memory_of() {
    awk '/^VmRSS:/ { printf "%d", $2 / 1024 }' "/proc/$1/status" 2>/dev/null || true
}

uptime_of() {
    local started seconds up
    started=$(start_time_of "$1")
    [[ $started ]] || return 0
    read -r up _ </proc/uptime
    seconds=$((${up%.*} - started / $(getconf CLK_TCK)))
    printf '%d:%02d:%02d' $((seconds / 3600)) $((seconds / 60 % 60)) $((seconds % 60))
}
