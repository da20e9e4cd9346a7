#!/bin/sh
# Run once by the postgres image when its data folder is new: the databases and roles of all services.
# <SERVICE>_<ROLE>_PASSWORD or <SERVICE>_<ROLE>_PASSWORD_FILE gives each role's password, e.g. COHORT_APP_PASSWORD_FILE.
set -eu

password() {
    eval "file=\${$1_FILE:-}; value=\${$1:-}"
    if [ -n "$file" ]; then value=$(cat "$file"); fi
    if [ -z "$value" ]; then echo "$1 or $1_FILE is not set" >&2; exit 1; fi
    printf '%s' "$value"
}

here=$(dirname "$0")
for service in learner_profile cohort marketplace; do
    upper=$(printf '%s' "$service" | tr '[:lower:]' '[:upper:]')
    OWNER_PASSWORD=$(password "${upper}_OWNER_PASSWORD")
    APP_PASSWORD=$(password "${upper}_APP_PASSWORD")
    RELAY_PASSWORD=$(password "${upper}_RELAY_PASSWORD")
    export OWNER_PASSWORD APP_PASSWORD RELAY_PASSWORD
    SERVICE=$service psql --no-psqlrc --quiet --username "${POSTGRES_USER:-postgres}" --dbname "${POSTGRES_DB:-postgres}" \
        --file "${ROLES_SQL:-$here/roles.sql}"
done
