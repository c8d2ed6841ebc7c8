# HTTP and JSON with nothing but bash and awk, for addresses on this machine.
# shellcheck shell=bash disable=SC2034

# http METHOD URL [BODY] [AUTHORIZATION]: sets HTTP_STATUS (000 when nobody answers) and HTTP_BODY;
# true for 2xx. Secrets travel through the socket only, never through a command line that 'ps' shows.
http() {
    local response headers
    HTTP_STATUS=000 HTTP_BODY=''
    response=$(http_exchange "$@" 2>/dev/null) || return 1
    [[ $response == HTTP/* ]] || return 1
    headers=${response%%$'\r\n\r\n'*}
    HTTP_STATUS=${headers:9:3}
    HTTP_BODY=${response#*$'\r\n\r\n'} HTTP_BODY=${HTTP_BODY%.}
    [[ $HTTP_STATUS == 2?? ]]
}

# HTTP/1.0: the server closes the connection at the end and does not send the body in chunks.
http_exchange() {
    local method=$1 url=$2 body=${3:-} authorization=${4:-} response=''
    local LC_ALL=C # lengths in bytes
    [[ $url =~ ^http://([^:/]+):([0-9]+)(/.*)?$ ]] || return 1
    exec 3<>"/dev/tcp/${BASH_REMATCH[1]}/${BASH_REMATCH[2]}" || return 1
    {
        printf '%s %s HTTP/1.0\r\nHost: %s:%s\r\nAccept: application/json\r\n' \
            "$method" "${BASH_REMATCH[3]:-/}" "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}"
        [[ -z $authorization ]] || printf 'Authorization: %s\r\n' "$authorization"
        [[ -z $body ]] || printf 'Content-Type: application/json\r\n'
        printf 'Content-Length: %d\r\n\r\n%s' "${#body}" "$body"
    } >&3
    IFS= read -r -d '' -t "${HTTP_SECONDS:-15}" response <&3 || [[ -n $response ]] || return 1
    printf '%s.' "$response" # the full stop keeps the line breaks at the end, which $(…) would drop
}

# api METHOD URL [BODY]: http with the development key.
api() {
    http "$1" "$2" "${3:-}" "Bearer $SMS_API_KEY"
}

# What the last answer said went wrong: the detail of problem+json, or whatever there is.
problem() {
    local detail
    detail=$(json_value detail <<<"$HTTP_BODY" 2>/dev/null || true)
    echo "$HTTP_STATUS ${detail:-$HTTP_BODY}"
}

# json_string TEXT: the text as a JSON string, quotes included.
json_string() {
    local text=$1
    text=${text//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    text=${text//$'\r'/\\r}
    text=${text//$'\t'/\\t}
    printf '"%s"' "$text"
}

# json_flatten <JSON: one line per value: path, tab, value (items[0].name<tab>Ada).
json_flatten() {
    LC_ALL=C awk -f "$ROOT/deploy/native/json-flatten.awk"
}

# json_value PATH <JSON: the first value at exactly that path, or nothing.
json_value() {
    json_flatten | PATH_WANTED=$1 awk -F '\t' '$1 == ENVIRON["PATH_WANTED"] && !found { print substr($0, length($1) + 2); found = 1 }'
}
