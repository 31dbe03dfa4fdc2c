# shellcheck shell=bash
# What the tests need beside Rust. Sourced by scripts/test, which owns `skipped`.

# Where Debian puts servers; not on every user's path.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# debian COMMAND WHAT-FOR PACKAGE…: installs the packages unless the command is there.
debian() {
  local command=$1 reason=$2
  shift 2
  if command -v "$command" >/dev/null; then return; fi
  if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    printf 'installing %s\n' "$*"
    apt_install "$@" || true
  fi
  if ! command -v "$command" >/dev/null; then
    skipped+=("$reason: \`$command\` is missing; as root: apt-get install $*")
  fi
}

# The package lists of a fresh machine are often missing or old, so a failure is tried once more with new ones.
apt_install() {
  local install=(apt-get install --yes --quiet --no-install-recommends "$@")
  export DEBIAN_FRONTEND=noninteractive
  "${install[@]}" >/dev/null 2>&1 || { apt-get update --quiet >/dev/null 2>&1; "${install[@]}" >/dev/null; }
}

# python_tools WHAT-FOR: a virtual environment of our own with scripts/python-tools.txt in it; sets TEST_PYTHON.
python_tools() {
  local reason=$1 venv="${CARGO_TARGET_DIR:-$PWD/target}/test-tools" wanted=scripts/python-tools.txt
  if cmp --silent "$wanted" "$venv/installed.txt"; then
    export TEST_PYTHON="$venv/bin/python"
    return
  fi
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null && [[ $(id -u) -eq 0 ]]; then
    apt_install python3-venv || true
  fi
  printf 'installing %s\n' "$(paste --serial --delimiters=' ' "$wanted")"
  rm -rf "$venv"
  if python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --requirement "$wanted"; then
    cp "$wanted" "$venv/installed.txt"
    export TEST_PYTHON="$venv/bin/python"
  else
    skipped+=("$reason: no Python environment; install python3 with venv, and let pip reach a package index")
  fi
}
