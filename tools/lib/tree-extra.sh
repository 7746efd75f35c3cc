#!/bin/sh -e
# SPDX-License-Identifier: GPL-2.0
# Runs inside the new tree. Adds what apt does not install there: kernel images (their
# maintainer scripts want an initramfs and a boot loader), from sid the newest kernel, and
# the source of QEMU. $1 is the mirror, $2 the suite.
mirror=$1 suite=$2

versioned() {	# all packages of one release that the given metapackages stand for
	apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks \
		--no-replaces --no-enhances "$@" | grep -E '^linux-[a-z]+-[0-9]' | grep -v -- '-unsigned$' | sort -u
}

unpack() {
	apt-get download -qq "$@"
	for deb in ./*.deb; do
		# Debian 12 has a /lib of its own, which is a link here.
		dpkg-deb --fsys-tarfile "$deb" | tar -C / --keep-directory-symlink -x
		rm "$deb"
	done
}

cd "$(mktemp -d)"
apt-get update -qq
unpack $(versioned linux-image-amd64)

echo "deb-src $mirror $suite main" >/etc/apt/sources.list.d/sources.list
apt-get update -qq
apt-get source -qq --download-only qemu
mv qemu_* /usr/src/

# A mirror may lag behind sid's short validity; the signature is checked all the same.
echo "deb [check-valid-until=no] $mirror sid main" >/etc/apt/sources.list.d/newest.list
apt-get update -qq
source=$(apt-cache search --names-only '^linux-source-[0-9.]+$' | awk '{ print $1 }' | sort -V | tail -n 1)
unpack $(versioned linux-image-amd64 linux-headers-amd64) "$source"

# Every release string of the tree, oldest first: the kernels that must build and pass.
ls /usr/lib/modules | sort -V >/etc/ringswitch-kernels

# Guests also run the kernel of Debian 12.
echo "deb $mirror bookworm main" >/etc/apt/sources.list.d/newest.list
apt-get update -qq
unpack $(apt-cache search --names-only '^linux-image-6\.1\.[-0-9]+-amd64$' | awk '{ print $1 }' | sort -V | tail -n 1)
ls /usr/lib/modules | sort -V >/etc/ringswitch-guest-kernels
for release in $(cat /etc/ringswitch-guest-kernels); do
	depmod "$release"
done
rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
