#!/bin/sh
# Installs Node.js and npm from Debian, where they are missing and can be installed. The tests take axe-core from npm, and
# `make lighthouse` takes Lighthouse, which runs on Node.js 18 or newer.
set -eu

missing=""
command -v node >/dev/null || missing="nodejs"
command -v npm >/dev/null || missing="$missing npm"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "make: the browser tests need more; install it first: apt-get install $missing" >&2
  exit 1
fi
