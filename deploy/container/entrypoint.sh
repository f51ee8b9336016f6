#!/bin/sh
# homeport router | agent: runs one daemon in place of this shell, so that it gets the signals.
set -eu

case "${1:-}" in
  router) main=dev.homeport.router.RouterMain ;;
  agent) main=dev.homeport.agent.AgentMain ;;
  *)
    echo "usage: router | agent [--config FILE]" >&2
    exit 2
    ;;
esac
daemon="$1"
shift
[ $# -gt 0 ] || set -- --config "/etc/homeport/$daemon.yaml"

# shellcheck disable=SC2086 # HOMEPORT_JAVA_OPTS is a list
exec java --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
  -XX:+ExitOnOutOfMemoryError -Dlogback.configurationFile=/etc/homeport/logback.xml \
  ${HOMEPORT_JAVA_OPTS:--XX:MaxRAMPercentage=60} -cp "/usr/lib/homeport/$daemon/*" "$main" "$@"
