# shellcheck shell=bash disable=SC2154
# Driver for the services blue, green and nginx of docker/compose.yml. Sourced by deploy/rollout.
#
# Which release a colour runs is in $site/<colour>.release, and reaches compose as BLUE_RELEASE and GREEN_RELEASE: so a later
# `docker compose up` by hand starts what runs already.

if [[ -z ${compose_command+x} ]]; then compose_command=(docker compose --file "$here/../docker/compose.yml" --profile prod); fi
image=${image:-nine-cloud}

compose() {
  BLUE_RELEASE=$(release_of blue) GREEN_RELEASE=$(release_of green) "${compose_command[@]}" "$@"
}

# In a container of its own: the first time, there is none to ask.
nginx_test() { compose run --rm --no-deps -T nginx nginx -t -q; }
nginx_reload() { compose exec -T nginx nginx -s reload; }
nginx_start() { compose up --detach --no-deps nginx; }

check_release() { docker image inspect "$image:$1" >/dev/null 2>&1 || docker pull --quiet "$image:$1" >/dev/null || fail "there is no image $image:$1"; }
release_of() { cat "$site/$1.release" 2>/dev/null || true; }
previous_release() { cat "$site/previous.release" 2>/dev/null || true; }
remember_previous() { printf '%s\n' "$1" >"$site/previous.release"; }

start_command() { echo "${compose_command[*]} up --detach --no-deps $1"; }

start_colour() {
  printf '%s\n' "$2" >"$site/$1.release"
  compose up --detach --no-deps --force-recreate "$1"
}

runs() { [[ -n $(compose ps --quiet --status running "$1") ]]; }

# What its next start will change; a restart keeps the container.
run_of() { docker inspect --format '{{.State.StartedAt}}' "$(compose ps --quiet "$1")"; }

# Compose sends SIGTERM, and kills after the time. Its exit code does not say which.
stop_colour() {
  compose stop --timeout "$drain_secs" "$1" && compose ps --all --format '{{.ExitCode}}' "$1" | grep -qx -e 0 -e ''
}

last_words() { compose logs --tail 10 --no-log-prefix "$1" >&2 || true; }
