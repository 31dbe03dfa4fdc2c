# shellcheck shell=bash
# Private instances of the services that tests use: a free loopback port each, data in `$work`, gone afterwards.
# Sourced by scripts/test and scripts/bench, which own `work`. The machine's own instances are never touched.

service_pids=()

# Ends what was started, newest first, and removes its data.
stop_services() {
  local index pid
  for ((index = ${#service_pids[@]} - 1; index >= 0; index--)); do
    pid=${service_pids[index]}
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "${work:?}"
}

# free_port: prints a loopback port that nobody listens on right now.
free_port() {
  local port try
  for ((try = 0; try < 100; try++)); do
    port=$((20000 + RANDOM % 12000))
    if ! (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      printf '%s\n' "$port"
      return
    fi
  done
  printf 'no free port found\n' >&2
  return 1
}

# wait_for_port PORT PID LOG: until something listens, or the process ends, or 30 s are over.
wait_for_port() {
  local port=$1 pid=$2 log=$3 try
  for ((try = 0; try < 300; try++)); do
    if (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then return; fi
    if ! kill -0 "$pid" 2>/dev/null; then break; fi
    sleep 0.1
  done
  tail -n 30 "$log" >&2
  return 1
}

# unprivileged COMMAND…: in place of root, who may not run a database, as nobody.
unprivileged() {
  if [[ $(id -u) -eq 0 ]]; then
    exec setpriv --reuid=nobody --regid="$(id -g nobody)" --clear-groups "$@"
  fi
  exec "$@"
}

# An empty MariaDB server without passwords and without durability; sets TEST_MYSQL_URL. The tests make a database each.
start_mariadb() {
  local data="$work/mariadb" log="$work/mariadb.log" port
  mkdir "$data"
  if [[ $(id -u) -eq 0 ]]; then
    chmod 711 "$work"
    chown nobody "$data"
  fi
  # Not with --user: that option also changes files of the machine's own installation.
  (unprivileged mariadb-install-db --no-defaults --datadir="$data" --auth-root-authentication-method=normal \
    --skip-test-db) >"$log" 2>&1 || { cat "$log" >&2; return 1; }
  port=$(free_port)
  (unprivileged mariadbd --no-defaults --datadir="$data" --socket="$data/socket" --pid-file="$data/pid" \
    --bind-address=127.0.0.1 --port="$port" --skip-name-resolve --skip-log-bin --max-connections=2000 \
    --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci --innodb-buffer-pool-size=256M \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --sync-frm=0 --performance-schema=off) \
    >>"$log" 2>&1 </dev/null &
  service_pids+=($!)
  wait_for_port "$port" "$!" "$log"
  export TEST_MYSQL_URL="mysql://root@127.0.0.1:$port"
  printf 'MariaDB for the tests: %s\n' "$TEST_MYSQL_URL"
}

# An empty Redis with many databases, kept in memory alone; sets TEST_REDIS_URL. The tests take a database each.
start_redis() {
  local data="$work/redis" log="$work/redis.log" port
  mkdir "$data"
  if [[ $(id -u) -eq 0 ]]; then
    chmod 711 "$work"
    chown nobody "$data"
  fi
  port=$(free_port)
  (unprivileged redis-server --bind 127.0.0.1 --port "$port" --databases 256 --dir "$data" --save '' --appendonly no) \
    >"$log" 2>&1 </dev/null &
  service_pids+=($!)
  wait_for_port "$port" "$!" "$log"
  export TEST_REDIS_URL="redis://127.0.0.1:$port"
  printf 'Redis for the tests: %s\n' "$TEST_REDIS_URL"
}

# A server that speaks MongoDB's protocol, from scripts/python-tools.txt; sets TEST_MONGO_URL. The tests make a database
# each. ARCHITECTURE.md says what it cannot show.
start_mongo() {
  local data="$work/mongo" log="$work/mongo.log" port
  mkdir "$data"
  port=$(free_port)
  "${TEST_PYTHON%/*}/nx-27017" --host 127.0.0.1 --port "$port" --data-dir "$data" --log-file "$data/server.log" \
    --pid-file "$data.pid" >>"$log" 2>&1 </dev/null &
  service_pids+=($!)
  wait_for_port "$port" "$!" "$log"
  export TEST_MONGO_URL="mongodb://127.0.0.1:$port"
  printf 'MongoDB for the tests: %s\n' "$TEST_MONGO_URL"
}
