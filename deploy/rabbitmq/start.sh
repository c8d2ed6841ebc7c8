#!/usr/bin/env bash
# The image's own start, and two things it does not do.
set -euo pipefail

# Erlang makes tables as long as the limit of open files, which Docker likes to set to a thousand million.
ulimit -n 65536 2>/dev/null || true

# The password may be a file.
password=/run/secrets/SMS_RABBITMQ_PASSWORD
[[ ! -f $password ]] || RABBITMQ_DEFAULT_PASS=$(<"$password")
export RABBITMQ_DEFAULT_PASS

exec docker-entrypoint.sh rabbitmq-server
