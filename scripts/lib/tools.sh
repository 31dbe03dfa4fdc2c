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
