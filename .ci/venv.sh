#!/bin/sh
# Makes a virtual environment: venv.sh PYTHON FOLDER. Debian keeps the module that makes them in a package of its own.
set -eu
python=$1
folder=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "make: $python is older than Python 3.11; name a newer one: make PYTHON=python3.11 run" >&2
  exit 1
}
[ -x "$folder/bin/python" ] && "$folder/bin/python" -m pip --version >/dev/null 2>&1 && exit 0
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
  else
    echo "make: $python cannot make virtual environments; install them first: apt-get install python3-venv" >&2
    exit 1
  fi
fi
exec "$python" -m venv --clear "$folder"
