#!/usr/bin/env bash
# A database and role for every service that keeps streams: whatever a variable SMS_STORE_PASSWORD_<SERVICE> names.
# A file in /run/secrets with a variable's name takes its place.
set -euo pipefail

secret() {
    local value=${!1}
    [[ ! -f /run/secrets/$1 ]] || value=$(<"/run/secrets/$1")
    if [[ $value == *development-only* && $ASPNETCORE_ENVIRONMENT != Development ]]; then
        echo "The setting '$1' is a secret that everybody knows, for development only, and this is $ASPNETCORE_ENVIRONMENT: set one of your own." >&2
        exit 1
    fi
    printf '%s' "$value"
}

PGPASSWORD=$(secret SMS_POSTGRES_PASSWORD)
export PGPASSWORD
for variable in $(compgen -v SMS_STORE_PASSWORD_); do
    store=${variable#SMS_STORE_PASSWORD_} password=$(secret "$variable")
    SMS_STORE=${store,,} SMS_STORE_PASSWORD=$password psql --no-psqlrc --quiet --file=/deploy/store.sql
    echo "The database of ${store,,} is there."
done
