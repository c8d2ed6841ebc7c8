# Compiling, only when something changed.
# shellcheck shell=bash

# build TARGET: a solution, a solution filter or a project, in Release.
build() {
    local target=$1 stamp
    stamp=$ROOT/artifacts/.built-$(basename "$target")
    notice_engine
    ! is_fresh "$stamp" || return 0

    begin "Building $(basename "$target")"
    mkdir -p "$ROOT/artifacts"
    touch "$stamp.new" # sources that change while the compiler runs are newer than this
    # One build at a time in this tree; --close, as compiler servers outlive the build.
    (cd "$ROOT" && exec flock --close "$ROOT/artifacts/.building" \
        dotnet build "$target" -c Release -v quiet -nologo -clp:NoSummary ${CI:+-nodeReuse:false}) </dev/null >"$LOGS/build.log" 2>&1 9>&- &
    local compilation=$!
    while kill -0 "$compilation" 2>/dev/null; do
        tick
        sleep 0.2
    done
    if ! wait "$compilation"; then
        break_step
        show_errors
        fail "the build failed (everything it said: $LOGS/build.log)"
    fi
    mv "$stamp.new" "$stamp"
    finish built
}

# The event store's engine is compiled in: with another one, nothing that was built is fresh.
notice_engine() {
    local engine="${EventStoreEngine:-Npgsql} ${MartenVersion:-}" noted=$ROOT/artifacts/.engine
    [[ ! -f $noted || $(<"$noted") != "$engine" ]] || return 0
    mkdir -p "$ROOT/artifacts"
    rm -f "$ROOT"/artifacts/.built-*
    echo "$engine" >"$noted"
}

# Directories count too: their time changes when a file is added or removed.
is_fresh() {
    [[ -f $1 ]] && [[ -z $(find "$ROOT/services" "$ROOT/building-blocks" "$ROOT/tests" "$ROOT"/Directory.*.props \
        "$ROOT/global.json" "$ROOT"/*.sln -name TestResults -prune -o -newer "$1" -print -quit) ]]
}

show_errors() {
    local errors
    errors=$(grep -E ' error |error:|: error' "$LOGS/build.log" | sed "s#$ROOT/##g" | sort -u | head -n 40)
    printf '%s\n' "${errors:-$(tail -n 25 "$LOGS/build.log")}" >&2
}
