#!/bin/sh
# Makes every secret that docker-compose.yml reads and that is not there yet, one file each in the folder given.
set -eu
umask 077
folder=${1:?the folder for the secrets}
mkdir -p "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
once() { [ -s "$folder/$1" ] || printf '%s' "$2" > "$folder/$1"; }

once postgres_password "$(random)"
once event_secret "$(random)"
for service in learner_profile cohort marketplace; do
    for role in owner app relay; do
        once "${service}_${role}_password" "$(random)"
        once "${service}_${role}_url" \
            "postgresql://${service}_${role}:$(cat "$folder/${service}_${role}_password")@postgres/${service}"
    done
done
if [ ! -s "$folder/signing_keys" ]; then
    docker run --rm --user "$(id -u):$(id -g)" --volume "$(cd "$folder" && pwd):/made" trellis:local \
        python -m services.learner_profile.operator rotate-keys publish --file /made/signing_keys
fi
chmod 0444 "$folder"/* # read inside the containers by another user; the folder itself stays closed
