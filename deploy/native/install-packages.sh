#!/usr/bin/env bash
# install-packages.sh PACKAGE…  (as root, on Debian or Ubuntu)
# Installs server programs for private use: no system service is started or enabled by it,
# no database cluster created, and servers that are on the machine already are left alone.
set -euo pipefail

[[ $EUID == 0 ]] || { echo "install-packages.sh must run as root" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
cluster_settings=/etc/postgresql-common/createcluster.d
our_policy='' our_setting='' made_directories=()

clean_up() {
    [[ -z $our_policy ]] || rm -f "$policy"
    [[ -z $our_setting ]] || rm -f "$our_setting"
    local directory
    for directory in "${made_directories[@]}"; do
        rmdir --ignore-fail-on-non-empty "$directory" 2>/dev/null || true
    done
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# Package scripts ask policy-rc.d before they start a service; 101 is "no".
if [[ ! -e $policy ]]; then
    our_policy=yes
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

for directory in /etc/postgresql-common "$cluster_settings"; do
    if [[ ! -d $directory ]]; then
        mkdir "$directory"
        made_directories=("$directory" "${made_directories[@]}") # the innermost is removed first
    fi
done
our_setting=$cluster_settings/sms-platform.conf
echo "create_main_cluster = false" >"$our_setting"

has_candidates() {
    local package
    for package in "$@"; do
        apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [0-9]' || return 1
    done
}

install() {
    apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
}

# Package lists are fetched only when they are missing or have gone stale.
has_candidates "$@" || apt-get update
install "$@" || { apt-get update && install "$@"; }

# Nor shall the next boot of the machine start a broker that nobody asked for.
if command -v systemctl >/dev/null; then
    for package in "$@"; do
        if [[ $package == rabbitmq-server ]]; then
            systemctl disable rabbitmq-server.service epmd.service epmd.socket >/dev/null 2>&1 || true
        fi
    done
fi
