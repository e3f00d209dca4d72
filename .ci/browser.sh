#!/bin/sh
# Installs the browser that the tests drive, where it is missing and can be installed.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
else
  echo "make: the tests need Chromium; install it first: apt-get install chromium" >&2
  exit 1
fi
