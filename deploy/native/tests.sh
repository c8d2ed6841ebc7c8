# The test suite, on servers of its own: a running platform is not touched, and every run starts empty.
# shellcheck shell=bash disable=SC2034

# The tests' instance lives inside the platform's, at the first block of free ports after it.
locate_test_instance() {
    local first=$((SMS_PORT_OFFSET + 1000)) block
    SMS_LOCAL=$SMS_LOCAL/test
    SMS_PORT_OFFSET=''
    locate_instance
    if ! anything_running; then
        for block in {0..40}; do
            SMS_PORT_OFFSET=$((first + 50 * block))
            locate_instance
            ports_are_free postgres amqp epmd erlang rabbitmq_management && break
        done
    fi
    # Nothing of value is in it, and a kill -9 loses nothing either: only a power cut would.
    SMS_POSTGRES_FSYNC=off
    SMS_POSTGRES_CONNECTIONS=400
}

ports_are_free() {
    local name
    for name in "$@"; do
        ! port_is_open "$(port_of "$name")" || return 1
    done
}

start_test_servers() {
    create_instance
    require_servers
    start_postgres
    start_rabbitmq
}

# NAME=VALUE lines: what the tests read.
test_environment() {
    cat <<END
SMS_ROOT=$ROOT
SMS_TEST_POSTGRES=Host=127.0.0.1;Port=$POSTGRES_PORT;Username=postgres;Password=$SMS_POSTGRES_PASSWORD
SMS_TEST_RABBITMQ=$(bus_connection)
SMS_TEST_RABBITMQ_MANAGEMENT=http://sms:$SMS_RABBITMQ_PASSWORD@127.0.0.1:$RABBITMQ_MANAGEMENT_PORT/
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
    build Sms.Platform.sln
    start_test_servers
    run_tests "$filter"
}

run_tests() {
    local filter=$1 project environment arguments=() counts p f s passed=0 failed=0 skipped=0 broken=()
    local results=$SMS_LOCAL/results
    rm -rf "$results"
    mapfile -t environment < <(test_environment)
    if [[ $filter ]]; then
        [[ $filter == *[=~\&\|]* ]] || filter="FullyQualifiedName~$filter"
        arguments=(--filter "$filter")
    fi

    for project in $(test_projects); do
        say ""
        say "== $project"
        if (cd "$ROOT" && export "${environment[@]}" && unset SMS_LOCAL SMS_PORT_OFFSET &&
            exec dotnet test "artifacts/bin/$project/release/$project.dll" "${arguments[@]}" \
                --logger "console;verbosity=minimal" --logger "trx;LogFileName=$project.trx" \
                --results-directory "$results") </dev/null 9>&-; then
            counts=$(count_results "$results/$project.trx")
        else
            counts=$(count_results "$results/$project.trx")
            # A test host that crashed counts as a failure, whatever its tests had said before.
            [[ $counts =~ ^[0-9]+\ [1-9] ]] || counts=$(awk '{ print $1, 1, $3 }' <<<"$counts")
        fi
        read -r p f s <<<"$counts"
        passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
        ((f == 0)) || broken+=("$project")
    done

    say ""
    ((failed == 0)) || say "Failures in: ${broken[*]}"
    ((passed + failed + skipped > 0)) || say "No test ran."
    if ((skipped > 0)); then
        say "$passed passed, $failed failed, $skipped skipped"
    else
        say "$passed passed, $failed failed"
    fi
    ((failed == 0 && passed > 0))
}

# The whole-platform tests last: the nearer test tells more about what is wrong.
test_projects() {
    local project
    for project in "$ROOT"/tests/*.Tests/*.csproj; do
        basename "$project" .csproj
    done | awk '/EndToEnd/ { last = last $0 "\n"; next } { print } END { printf "%s", last }'
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
