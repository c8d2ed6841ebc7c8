# Checking a proof of consent (GET /consent/NUMBER/proof) with what any machine has: nothing runs, nothing is asked.
# shellcheck shell=bash

sms_verify-proof() {
    local file broken status=0 key=
    if [[ ${1:-} == --key ]]; then
        key=${2:-}
        [[ -f $key ]] && openssl pkey -pubin -in "$key" -noout 2>/dev/null || fail "--key needs a public key as PEM (GET /proof-keys/KEY), and openssl to check it with"
        shift 2
    fi
    (($# > 0)) || fail "usage: ./sms verify-proof [--key PUBLIC-KEY.pem] FILE…"
    for file in "$@"; do
        if [[ ! -f $file ]]; then
            say "$file: there is no such file"
            status=1
        elif broken=$(broken_in "$file" "$key"); then
            say "$file: $broken"
        else
            say "$file: NOT as it was made: ${broken:-it cannot be read}"
            status=1
        fi
    done
    return $status
}

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum -- "$@"; else shasum -a 256 -- "$@"; fi
}

# signature_is_wrong KEY LINES ID SIGNATURE: why these lines are not signed with this public key; fails when they are.
signature_is_wrong() {
    local id
    id=$(openssl pkey -pubin -in "$1" -outform DER | sha256 - | cut -c1-16)
    if [[ ! $3 ]]; then
        echo "it is not signed"
    elif [[ $3 != "$id" ]]; then
        echo "it is signed with the key $3, and this key is $id"
    elif openssl dgst -sha256 -verify "$1" -signature <(printf '%b' "$(sed 's/../\\x&/g' <<<"$4")") "$2" >/dev/null 2>&1; then
        return 1
    else
        echo "the signature is not that of the key $id"
    fi
}

# broken_in FILE [KEY]: what the first broken line is, or what a sound file proves. A line of a fact or of a change of the rules holds
# the bytes that were hashed and their hash; each names the hash of the one before; the last line holds the end of the chain
# and the hash of all lines before it, and may hold their signature.
broken_in() {
    local -a lines
    local work kind=fact name=previous last hash json previous no=0 facts=0 head at person
    local zeros=0000000000000000000000000000000000000000000000000000000000000000
    mapfile -t lines <"$1" 2>/dev/null
    cmp -s <(printf '%s\n' "${lines[@]}") "$1" || { echo "it has characters that no proof has"; return 1; }
    last=$((${#lines[@]} - 1))
    [[ ${lines[0]} =~ ^\{\"proof\":\"sms-consent-proof.v1\",\"person\":\"(.+)\",\"madeAt\":\"([0-9TZ:-]+)\",\"facts\":\[$ ]] || { echo "the first line cannot be read"; return 1; }
    person=${BASH_REMATCH[1]}

    work=$(mktemp -d) || { echo "there is no room to work in"; return 1; }
    # shellcheck disable=SC2064
    trap "rm -rf '$work'" RETURN
    for ((at = 1; at < last; at++)); do
        [[ ${lines[at]} =~ ^\{\"hash\":\"([0-9a-f]{64})\",\"(fact|change)\":(.*)\}(,?)$ ]] && printf '%s' "${BASH_REMATCH[3]}" >"$work/$at"
    done
    local -A hashes
    if compgen -G "$work/*" >/dev/null; then
        while read -r hash json; do hashes[${json##*/}]=$hash; done < <(sha256 "$work"/*)
    fi
    printf '%s\n' "${lines[@]:0:last}" >"$work/all"

    previous=$zeros head=$zeros
    for ((at = 1; at < last; at++)); do
        if [[ ${lines[at]} == '],"rules":[' && $kind == fact ]]; then
            kind=change name=Previous head=$previous previous=$zeros facts=$no no=0
            continue
        fi
        no=$((no + 1))
        if [[ ! ${lines[at]} =~ ^\{\"hash\":\"([0-9a-f]{64})\",\"(fact|change)\":(.*)\}(,?)$ || ${BASH_REMATCH[2]} != "$kind" ]]; then
            echo "$kind $no cannot be read"
            return 1
        fi
        hash=${BASH_REMATCH[1]} json=${BASH_REMATCH[3]}
        if [[ ${hashes[$at]} != "$hash" ]]; then
            echo "$kind $no was changed"
            return 1
        elif [[ $json != *"\"$name\":\"$previous\""* ]]; then
            echo "$kind $no does not follow the one before it: something was taken out, put in or moved"
            return 1
        elif [[ $kind == fact && ($json != "{\"no\":$no,"* || $json != *"\"person\":\"$person\""*) ]]; then
            echo "fact $no is another person's or another place's"
            return 1
        fi
        previous=$hash
    done
    local sound="],\"head\":\"$head\",\"digest\":\"$(sha256 "$work/all" | cut -c1-64)\"" id='' signature='' signed=''
    if [[ ${lines[last]} =~ ^(.*),\"key\":\"([0-9a-f]{16})\",\"signature\":\"([0-9a-f]+)\"\}$ ]]; then
        sound=${sound}${lines[last]:${#BASH_REMATCH[1]}} id=${BASH_REMATCH[2]} signature=${BASH_REMATCH[3]}
        signed=", signed with the key $id (not checked: give its public half with --key)"
    else
        sound+="}"
    fi
    if [[ $kind == fact || ${lines[last]} != "$sound" ]]; then
        echo "a line was cut off, put in or changed"
        return 1
    fi
    if [[ ${2:-} ]]; then
        ! signature_is_wrong "$2" "$work/all" "$id" "$signature" || return 1
        signed=", and signed with the key $id"
    fi
    echo "as it was made: $facts facts, the chain ends in $head$signed"
}
