# The two server programs, the .NET SDK and what tests of pages need: found on the machine, or installed as Debian packages.
# shellcheck shell=bash

# The directory of PostgreSQL's server programs: of the version that made the data, else the newest.
find_postgres() {
    local version='' candidate
    [[ ! -f $POSTGRES_DATA/PG_VERSION ]] || version=$(<"$POSTGRES_DATA/PG_VERSION")
    while read -r candidate; do
        if [[ -x $candidate/postgres && -x $candidate/initdb ]]; then
            echo "$candidate"
            return
        fi
    done < <(
        compgen -G "/usr/lib/postgresql/${version:-*}/bin" | sort -rV
        dirname "$(command -v postgres 2>/dev/null || echo none)"
    )
    [[ -z $version ]] || fail "the data in $POSTGRES_DATA was made by PostgreSQL $version, which is no longer installed (package postgresql-$version)"
}

# RabbitMQ's own start script, not the wrapper that Debian puts on PATH: that one changes the user.
find_rabbitmq() {
    local candidate
    while read -r candidate; do
        if [[ -x $candidate ]]; then
            echo "$candidate"
            return
        fi
    done < <(
        echo /usr/lib/rabbitmq/bin/rabbitmq-server
        compgen -G '/usr/lib/rabbitmq/lib/*/sbin/rabbitmq-server' | sort -rV
        command -v rabbitmq-server
    )
}

# Installs what is missing of PostgreSQL and RabbitMQ and sets POSTGRES_BIN and RABBITMQ_SERVER.
require_servers() {
    local missing=()
    POSTGRES_BIN=$(find_postgres)
    RABBITMQ_SERVER=$(find_rabbitmq)
    [[ $POSTGRES_BIN ]] || missing+=(postgresql)
    [[ $RABBITMQ_SERVER ]] || missing+=(rabbitmq-server)
    ((${#missing[@]})) || return 0

    install_packages "${missing[@]}"

    POSTGRES_BIN=$(find_postgres)
    RABBITMQ_SERVER=$(find_rabbitmq)
    [[ $POSTGRES_BIN && $RABBITMQ_SERVER ]] || fail "${missing[*]} was installed, but its programs are not where Debian puts them"
}

# What the tests of pages need: a browser with letters to write in, and npm for the rules of accessibility.
require_browser() {
    local missing=() folder=$ROOT/tests/Sms.Testing.Browser
    [[ ${SMS_TEST_BROWSER-} ]] || command -v chromium chromium-browser google-chrome-stable google-chrome >/dev/null ||
        missing+=(chromium fonts-liberation fonts-noto-color-emoji)
    command -v npm >/dev/null || missing+=(npm)
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"

    [[ ! $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] || return 0
    begin "rules of accessibility"
    npm ci --prefix "$folder" --silent --no-audit --no-fund >"$LOGS/npm.log" 2>&1 || { show_log npm; fail "could not install axe-core"; }
    finish installed
}

install_packages() {
    local as_root=() installer=$ROOT/deploy/native/install-packages.sh
    if ! command -v apt-get >/dev/null; then
        fail "this is not a Debian or Ubuntu system: install $* by hand (PostgreSQL 14 or later, RabbitMQ 3.9 or later; 'postgres', 'rabbitmq-server', 'chromium' and 'npm' on PATH), then try again"
    fi
    if ((EUID != 0)); then
        if sudo -n true 2>/dev/null || { [[ -t 0 ]] && command -v sudo >/dev/null && say "Installing $* needs root: sudo may ask for your password." && sudo true; }; then
            as_root=(sudo)
        else
            fail "this machine lacks the package(s) $*. Run once as root, then try again:
    bash $installer $*"
        fi
    fi

    begin "Installing $*"
    "${as_root[@]}" bash "$installer" "$@" </dev/null >"$LOGS/install.log" 2>&1 9>&- &
    local installation=$!
    while kill -0 "$installation" 2>/dev/null; do
        tick
        sleep 0.2
    done
    wait "$installation" || { show_log install; fail "could not install $*"; }
    finish installed
}

require_dotnet() {
    export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_UI_LANGUAGE=en
    if ! command -v dotnet >/dev/null && [[ -x ${DOTNET_ROOT:-$HOME/.dotnet}/dotnet ]]; then
        PATH=${DOTNET_ROOT:-$HOME/.dotnet}:$PATH
    fi
    command -v dotnet >/dev/null || fail "the .NET 10 SDK is not installed: see https://dot.net/download"
    (cd "$ROOT" && dotnet --version >/dev/null 2>&1) || fail "the .NET SDK here is not the one this project needs: $(cd "$ROOT" && dotnet --version 2>&1 | head -n 4)"
}
