#!/usr/bin/env bash
# Checks what lies in this folder with the tools that are there: systemd's own checks of the units,
# promtool for Prometheus' files. What cannot be checked is said loudly and is no failure.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

failed=0
skipped=0
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

skip() {
  echo "SKIPPED: $*" >&2
  skipped=$((skipped + 1))
}

fail() {
  echo "FAILED: $*" >&2
  failed=$((failed + 1))
}

# The highest exposure (0 to 10) that a unit may have by systemd-analyze security.
readonly MOST_EXPOSURE=1.5

check_units() {
  if ! command -v systemd-analyze >/dev/null; then
    skip "systemd units: systemd-analyze is not installed (Debian: systemd)"
    return
  fi
  local unit name report score
  for unit in systemd/*.service; do
    name="$(basename "$unit")"
    # The unit names a java that may not be there while only the unit is looked at.
    sed 's|^ExecStart=/usr/bin/java |ExecStart=/bin/true |' "$unit" >"$work/$name"
    report="$(systemd-analyze verify --man=no "$work/$name" 2>&1)" || fail "$unit: $report"
    # Warnings, such as about unknown keys, do not change its exit code. Those about other units of
    # this machine do not concern us.
    if grep -F "$name" <<<"$report"; then
      fail "$unit has warnings"
    fi
    score="$(systemd-analyze security --offline=yes "$work/$name" 2>&1 |
      sed -n 's/.*Overall exposure level for .*: \([0-9.]*\) .*/\1/p')"
    if [[ -z "$score" ]]; then
      skip "$unit: this systemd cannot judge the security of a unit offline (before 250)"
    elif awk "BEGIN { exit !($score > $MOST_EXPOSURE) }"; then
      fail "$unit: exposure $score, at most $MOST_EXPOSURE is allowed"
    else
      echo "ok: $unit, exposure $score"
    fi
  done
}

check_prometheus() {
  if ! command -v promtool >/dev/null; then
    skip "prometheus: promtool is not installed (Debian: prometheus)"
    return
  fi
  # Syntax only: the token file that it names lies elsewhere.
  if promtool check config --syntax-only prometheus/prometheus.yml >/dev/null; then
    echo "ok: prometheus/prometheus.yml"
  else
    fail "prometheus/prometheus.yml"
  fi
  if promtool check rules prometheus/alerts.yml >/dev/null &&
    promtool test rules prometheus/alerts-test.yml >/dev/null; then
    echo "ok: prometheus/alerts.yml"
  else
    fail "prometheus/alerts.yml"
  fi
}

# No builder is needed to see the mistakes that matter: another user than root at the end, no
# secrets, only files that the build makes.
check_container() {
  local file=container/Containerfile
  grep -Eq '^USER [1-9][0-9]*' "$file" || fail "$file: must end up as a user by number, not root"
  if grep -Eiq '(password|token|secret)[a-z]*=' "$file"; then
    fail "$file: must not contain secrets"
  fi
  if [[ $failed -eq 0 ]]; then
    echo "ok: $file, as far as can be seen without building it"
  fi
}

check_units
check_prometheus
check_container
echo "deploy: $failed failed, $skipped skipped"
[[ $failed -eq 0 ]]
