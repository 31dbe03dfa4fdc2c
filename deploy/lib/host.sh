# shellcheck shell=bash disable=SC2154
# Driver for colours that are processes of this host, started by us or by systemd. Sourced by deploy/rollout.
#
#   $home/releases/<release>/nine-cloud   a release: a folder with the binary
#   $home/nine-cloud.env                  settings of both colours, in the form of .env
#   $home/<colour>/current                the release of a colour: a symbolic link
#   $home/<colour>/colour.env             what only this colour has
#   $home/<colour>/data                   its DATA_DIR
#   $home/<colour>/log, pid               with `process`

home=${home:-/srv/nine-cloud}
if [[ -z ${nginx_command+x} ]]; then nginx_command=(nginx); fi
if [[ -z ${nginx_reload_command+x} ]]; then nginx_reload_command=("${nginx_command[@]}" -s reload); fi

nginx_test() { "${nginx_command[@]}" -t -q; }
nginx_reload() { "${nginx_reload_command[@]}"; }
nginx_start() { if [[ $driver == systemd ]]; then systemctl start nginx; else "${nginx_command[@]}" >>"$home/nginx.log" 2>&1 9>&-; fi; }

check_release() { [[ -x $home/releases/$1/nine-cloud ]] || fail "there is no $home/releases/$1/nine-cloud"; }
release_of() { local path; path=$(readlink "$home/$1/current" 2>/dev/null) || return 0; echo "${path##*/}"; }
previous_release() { cat "$home/previous" 2>/dev/null || true; }
remember_previous() { printf '%s\n' "$1" >"$home/previous"; }

start_command() {
  if [[ $driver == systemd ]]; then echo "systemctl start nine-cloud@$1"; else echo "$home/releases/$2/nine-cloud serve"; fi
}

# start_colour COLOUR RELEASE: the settings of both come from `.env` in its working directory; its own go before them.
start_colour() {
  local colour=$1 release=$2 folder="$home/$1" port
  port=$(url_of "$colour")
  mkdir -p "$folder/data"
  ln -sfn "../releases/$release" "$folder/current"
  ln -sfn ../nine-cloud.env "$folder/.env"
  printf '%s\n' "NODE_ID=$colour" "RELEASE=$release" "PORT=${port##*:}" "DATA_DIR=$folder/data" >"$folder/colour.env"
  if [[ $driver == systemd ]]; then
    chown nine-cloud: "$folder/data"
    systemctl start "nine-cloud@$colour"
    return
  fi
  (
    cd "$folder" || exit
    set -a
    # shellcheck source=/dev/null
    source ./colour.env
    # Not with our lock, and not ended with us.
    exec setsid ./current/nine-cloud serve >>log 2>&1 </dev/null 9>&-
  ) &
  echo $! >"$folder/pid"
  # Until then it is a copy of ourselves, and does not run in the sense of below.
  while ! runs "$colour" && grep -qz . "/proc/$!/cmdline" 2>/dev/null; do sleep 0.02; done
}

# The pid may be that of somebody else by now: what it was started with says whose it is.
runs() {
  local pid
  if [[ $driver == systemd ]]; then systemctl is-active --quiet "nine-cloud@$1"; return; fi
  pid=$(cat "$home/$1/pid" 2>/dev/null) && grep -qzFx "DATA_DIR=$home/$1/data" "/proc/$pid/environ" 2>/dev/null
}

# run_of COLOUR: what its next start will change.
run_of() {
  if [[ $driver == systemd ]]; then systemctl show --property InvocationID --value "nine-cloud@$1"; else cat "$home/$1/pid"; fi
}

# stop_colour COLOUR: SIGTERM, and the server takes its leave by itself. Fails when it had to be killed.
stop_colour() {
  local colour=$1 pid deadline=$((SECONDS + drain_secs))
  if [[ $driver == systemd ]]; then systemctl stop "nine-cloud@$colour"; return; fi
  pid=$(cat "$home/$colour/pid" 2>/dev/null) || return 0
  if runs "$colour"; then kill -TERM "$pid" 2>/dev/null || true; fi
  while runs "$colour"; do
    if ((SECONDS >= deadline)); then kill -KILL "$pid" 2>/dev/null || true; rm -f "$home/$colour/pid"; return 1; fi
    sleep 0.1
  done
  rm -f "$home/$colour/pid"
}

# last_words COLOUR: why it may have ended, without the line of each request. Our log holds nothing of people.
last_words() {
  if [[ $driver == systemd ]]; then journalctl --unit "nine-cloud@$1" --lines 100 --output cat; else tail -n 100 "$home/$1/log"; fi |
    grep -v '"message":"request"' | tail -n 10 >&2 || true
}
