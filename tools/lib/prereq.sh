#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the benches need from the machine; everything else is inside the Debian 13 tree they
# build. As root the missing packages are installed, as a user they are named.
set -eu

missing=
need() { # program package
	command -v "$1" >/dev/null || missing="$missing $2"
}
PATH=$PATH:/usr/sbin
need python3 python3
need mmdebstrap mmdebstrap
need bwrap bubblewrap
[ "$(id -u)" = 0 ] || need newuidmap uidmap

[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "missing here; run: sudo apt-get install$missing" >&2
	exit 69
fi
echo "installing with apt-get:$missing" >&2
export DEBIAN_FRONTEND=noninteractive
{ apt-get update -q && apt-get install -qy --no-install-recommends $missing; } >&2 </dev/null || {
	echo "apt-get could not install:$missing" >&2
	exit 69
}
