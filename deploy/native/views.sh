# Making a service's views anew from its log, and looking whether the live ones are what it says.
# shellcheck shell=bash

sms_rebuild-views() {
    local service=${1:-}
    [[ " ${STORES[*]} " == *" $service "* && (${2:-} == --cancel && $# == 2 || $# == 1) ]] ||
        fail "usage: ./sms rebuild-views SERVICE [--cancel]   (services: ${STORES[*]})"
    existing_instance
    if [[ ${2:-} ]]; then
        api DELETE "$(url_of "$service")/views/rebuild" || fail "$service refused: $(problem)"
        say "The rebuild of $service's views is cancelled; the live ones stay as they are."
        return
    fi
    follow_views "$service" rebuild
    say "$service shows the views made anew from $(json_value "done" <<<"$HTTP_BODY") events."
}

sms_verify-views() {
    local service services=("$@") different=0
    ((${#services[@]})) || services=("${STORES[@]}")
    for service in "${services[@]}"; do
        [[ " ${STORES[*]} " == *" $service "* ]] || fail "usage: ./sms verify-views [SERVICE…]   (services: ${STORES[*]})"
    done
    existing_instance
    for service in "${services[@]}"; do
        follow_views "$service" verify
        if [[ $(json_value equal <<<"$HTTP_BODY") == true ]]; then
            continue
        fi
        different=1
        json_flatten <<<"$HTTP_BODY" | awk -F '\t' '
            $1 ~ /^differences\[[0-9]+\]\.(table|key|kind)$/ { split($1, at, /[][.]/); said[at[2]] = said[at[2]] "  " substr($0, length($1) + 2); last = at[2] }
            $1 ~ /^differences\[[0-9]+\]\.columns\[/ { split($1, at, /[][.]/); said[at[2]] = said[at[2]] " " $2 }
            END { for (no = 0; no <= last; no++) if (no in said) print "   " said[no] }'
    done
    ((different == 0)) || fail "some rows are not what the log says; ./sms rebuild-views SERVICE makes them so"
}

# follow_views SERVICE rebuild|verify: begins, shows how far it is until it ends, and leaves the last answer in HTTP_BODY.
follow_views() {
    local service=$1 what=$2 state said=''
    begin "$service"
    api POST "$(url_of "$service")/views/$what" || fail "$service refused: $(problem)"
    while state=$(json_value state <<<"$HTTP_BODY") && [[ $state == running ]]; do
        tick
        sleep 0.3
        # An instance that ends is continued for by another, or by itself when it is back.
        api GET "$(url_of "$service")/views/$what" || HTTP_BODY='{"state":"running"}'
    done
    said="$(json_value "done" <<<"$HTTP_BODY") events"
    case $state in
        done)
            [[ $(json_value equal <<<"$HTTP_BODY") != false ]] || said+=', NOT equal'
            [[ $(json_value equal <<<"$HTTP_BODY") != true ]] || said+=', equal'
            finish "$said"
            ;;
        *) fail "$service: $state $(json_value reason <<<"$HTTP_BODY")" ;;
    esac
}
