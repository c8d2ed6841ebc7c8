# The test suite, on servers of its own: a running platform is not touched, and every run starts empty.
# shellcheck shell=bash disable=SC2034

# locate_test_instance [NAME]: it lives inside the platform's, at the first block of free ports after it.
locate_test_instance() {
    local first=$((SMS_PORT_OFFSET + 1000))
    SMS_LOCAL=$SMS_LOCAL/${1:-test}
    SMS_PORT_OFFSET=''
    locate_instance
    if ! anything_running; then
        SMS_PORT_OFFSET=$(free_offset_after "$first" postgres amqp epmd erlang rabbitmq_management)
        locate_instance
    fi
    # Nothing of value is in it, and a kill -9 loses nothing either: only a power cut would.
    SMS_POSTGRES_FSYNC=off
    SMS_POSTGRES_CONNECTIONS=400
}

# free_offset_after OFFSET NAME…: the first offset from there on at which all these ports are free, and open to a browser.
free_offset_after() {
    local SMS_PORT_OFFSET=$1
    shift
    until ports_are_free "$@"; do ((SMS_PORT_OFFSET += 50)); done
    echo "$SMS_PORT_OFFSET"
}

ports_are_free() {
    local name
    for name in "$@"; do
        ! port_is_open "$(port_of "$name")" && ! browsers_refuse "$(port_of "$name")" || return 1
    done
}

start_test_servers() {
    create_instance
    require_servers
    start_postgres
    start_rabbitmq
}

# NAME=VALUE lines: what the tests read. The offset is for a whole platform that a test starts with ./sms.
test_environment() {
    cat <<END
SMS_ROOT=$ROOT
SMS_TEST_POSTGRES=Host=127.0.0.1;Port=$POSTGRES_PORT;Username=postgres;Password=$SMS_POSTGRES_PASSWORD
SMS_TEST_RABBITMQ=$(bus_connection)
SMS_TEST_RABBITMQ_MANAGEMENT=http://sms:$SMS_RABBITMQ_PASSWORD@127.0.0.1:$RABBITMQ_MANAGEMENT_PORT/
Logging__Console__FormatterName=simple
Logging__Console__FormatterOptions__SingleLine=true
SMS_TEST_PORT_OFFSET=$(free_offset_after $((SMS_PORT_OFFSET + 1000)) "${!USUAL_PORT[@]}")
END
}

sms_servers() {
    case ${1:-} in
        '') ;;
        --stop) ;;
        *) fail "usage: ./sms servers [--stop]" ;;
    esac
    locate_test_instance
    lock_instance
    if [[ ${1:-} ]]; then
        delete_instance
        say "The tests' servers are stopped."
    else
        start_test_servers >&2
        test_environment | sed "s/=\(.*\)/='\1'/; s/^/export /"
    fi
}

sms_test() {
    local keep='' filter='' argument
    for argument in "$@"; do
        case $argument in
            --keep) keep=yes ;;
            -*) fail "usage: ./sms test [--keep] [FILTER]" ;;
            *) filter=$argument ;;
        esac
    done
    locate_test_instance
    lock_instance
    if [[ ! $keep ]] && ! anything_running; then
        trap 'delete_instance' EXIT
        trap 'exit 130' INT TERM HUP
    fi
    create_instance
    require_dotnet
    ! tests_pages "$filter" || require_browser
    build Sms.Platform.sln
    start_test_servers
    run_tests "$filter"
}

# On servers of their own, and with every commit on the disk: that is what there is to measure.
sms_bench() {
    [[ $# == 0 || $* == --@(quick|soak|ledger|contacts|rules|tickets) ]] || fail "usage: ./sms bench [--quick | --soak | --ledger | --contacts | --rules | --tickets]"
    locate_test_instance bench
    SMS_POSTGRES_FSYNC=on
    lock_instance
    trap 'delete_instance' EXIT
    trap 'exit 130' INT TERM HUP
    create_instance
    require_dotnet
    build Sms.Platform.sln
    start_test_servers
    install_node_receiver
    mapfile -t environment < <(test_environment)
    (export "${environment[@]}" && unset SMS_LOCAL SMS_PORT_OFFSET &&
        exec dotnet "$ROOT/artifacts/bin/Sms.Benchmarks/release/Sms.Benchmarks.dll" "$@") </dev/null 9>&-
}

# What the benchmark compares with; without npm it is left out, and the benchmark says so.
install_node_receiver() {
    local folder=$ROOT/tests/Sms.Benchmarks/node-receiver
    command -v npm >/dev/null || return 0
    begin "packages of the Node receiver"
    if npm ci --prefix "$folder" --silent --no-audit --no-fund >"$LOGS/npm.log" 2>&1; then
        finish
    else
        finish "not to be had (see $LOGS/npm.log)"
    fi
}

# Every test project is a program that runs its own tests.
run_tests() {
    local filter=$1 project environment arguments=() counts p f s status passed=0 failed=0 skipped=0 broken=()
    local results=$SMS_LOCAL/results
    rm -rf "$results"
    mkdir -p "$results"
    mapfile -t environment < <(test_environment)

    for project in $(test_projects "$filter"); do
        [[ -z $filter || $project == *"$filter"* ]] || arguments=(-method "*$filter*")
        begin "$project"
        status=0
        (cd "$ROOT" && export "${environment[@]}" && unset SMS_LOCAL SMS_PORT_OFFSET &&
            exec dotnet "artifacts/bin/$project/release/$project.dll" -noLogo -noColor -noAutoReporters -reporter quiet \
                "${arguments[@]}" -trx "$results/$project.trx" 2>&1) </dev/null 9>&- |
            report_on "$project" "$results" || status=$?
        read -r p f s <<<"$(count_results "$results/$project.trx")"
        if ((status != 0 && f == 0)); then
            say "$project ended with exit code $status before its tests did"
            f=1
        fi
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
        ((f == 0)) || broken+=("$project")
        finish "$(summary "$p" "$f" "$s")"
    done
    if [[ -z $filter || $filter == compose ]]; then
        test_containers "$results/compose.log"
    fi

    ((failed == 0)) || say "Failures in ${broken[*]} (what their services logged: $results)"
    ((passed + failed > 0)) || say "No test ran."
    summary "$passed" "$failed" "$skipped"
    ((failed == 0 && passed > 0))
}

# The whole platform in containers, where there is Docker; counted as one test, and not at all where there is none.
test_containers() {
    local log=$1 status=0
    begin "tests/compose"
    "$ROOT/tests/compose/run" </dev/null >"$log" 2>&1 9>&- || status=$?
    case $status in
        0)
            passed=$((passed + 1))
            finish "$(summary 1 0 0)"
            ;;
        77)
            finish "not run"
            cat "$log"
            ;;
        *)
            failed=$((failed + 1))
            broken+=("tests/compose")
            finish "$(summary 0 1 0)"
            cat "$log"
            ;;
    esac
}

# What the services under test log goes to a file; what a test has to say is shown, on a line of its own.
report_on() {
    tee "$2/$1.log" | grep --line-buffered -vE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z |^(trce|dbug|info|warn|fail|crit): ' |
        sed --unbuffered '1s/^/\n/' || true
}

summary() {
    local skipped=''
    (($3 == 0)) || skipped=", $3 skipped"
    echo "$1 passed, $2 failed$skipped"
}

# test_projects FILTER: those whose name has the filter in it, if there are any, else all of them; the
# whole-platform tests last: the nearer test tells more about what is wrong.
test_projects() {
    local all
    all=$(compgen -G "$ROOT/tests/*.Tests/*.csproj" | xargs -n 1 basename -s .csproj | sort)
    if [[ $1 ]] && grep -qF -- "$1" <<<"$all"; then
        all=$(grep -F -- "$1" <<<"$all")
    fi
    grep -v EndToEnd <<<"$all" || true
    grep EndToEnd <<<"$all" || true
}

# Whether any of the test projects opens pages in a browser.
tests_pages() {
    test_projects "$1" | sed "s#.*#$ROOT/tests/*/&.csproj#" | while read -r project; do compgen -G "$project"; done |
        xargs grep -lF Sms.Testing.Browser >/dev/null
}

# Passed, failed and skipped, from a test result file.
count_results() {
    local file=$1
    [[ -f $file ]] || { echo 0 0 0; return; }
    grep -o '<Counters [^>]*' "$file" | awk '
        function count(name) { return match($0, " " name "=\"[0-9]+") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) : 0 }
        { p += count("passed"); f += count("failed"); t += count("total") }
        END { print p + 0, f + 0, t - p - f }'
}
