#!/bin/sh
# Installs what the browser tests need, where it is missing and can be installed: Debian's Chromium, and the one library
# that the program which drives it does not bring along.
set -eu

missing=""
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
  missing="chromium fonts-dejavu-core"
[ ! -x /sbin/ldconfig ] || /sbin/ldconfig -p | grep -q 'libatomic\.so\.1' || missing="$missing libatomic1"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "make: the browser tests need more; install it first: apt-get install $missing" >&2
  exit 1
fi
