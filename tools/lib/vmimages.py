# SPDX-License-Identifier: GPL-2.0
"""What the KVM host and its guests boot from, built inside the tree."""
import pathlib

import cache
import tree

HERE = pathlib.Path(__file__).resolve().parent / "vm"
PACKER = HERE / "initramfs"
HOST_INIT = HERE / "host-boot"
GUEST_INIT = HERE / "guest-init"
# An ext4 image starts programs three times as fast as the same tree over 9p.
HOST_MODULES = ("virtio_blk.ko", "ext4.ko", "9pnet_virtio.ko", "9p.ko")
# A thread that iperf3 cancels unwinds with libgcc.
GUEST_PARTS = ("virtio_pci.ko", "virtio_console.ko", "virtio_net.ko", "iperf3", "ping", "libgcc_s.so.1")
ROOT_SIZE = "6G"        # sparse; the tree fills a third


def release(version):
    """The release string that a version such as 6.12 stands for; '' is Debian 13's."""
    for candidate in tree.kernels():
        if candidate.startswith(version):
            return candidate
    cache.die(f"no kernel {version}; there are: {' '.join(tree.kernels())}", cache.EX_USAGE)


def kernel(name):
    """The place of a stock kernel's image inside the tree."""
    for place in (f"boot/vmlinuz-{name}", f"usr/lib/modules/{name}/vmlinuz"):
        if (tree.path() / place).exists():
            return f"/{place}"
    cache.die(f"the tree holds no image of kernel {name}", cache.EX_SOFTWARE)


def root():
    """The directory of root.ext4: the tree as a disk of the KVM host."""
    def build(scratch):
        with cache.step("building the disk image of the KVM host"):
            tree.run("mke2fs", ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-m", "0", "-E",
                                "lazy_itable_init=1", "-d", tree.inside(tree.path()),
                                tree.inside(scratch / "root.ext4"), ROOT_SIZE], scratch)
    return cache.artifact("vm-root", cache.key_of(tree.path().name, ROOT_SIZE), build, 4)


def boot():
    """The directory of <release>.cpio for each kernel of the KVM host, guest-<release>.cpio for those of guests."""
    def pack(scratch, kernel_name, init, name, parts):
        tree.run("packing an initramfs", [tree.inside(PACKER), kernel_name, tree.inside(init),
                                          tree.inside(scratch / name), *parts], scratch)

    def build(scratch):
        with cache.step("packing the initramfs of host and guests"):
            for host in tree.kernels():
                pack(scratch, host, HOST_INIT, f"{host}.cpio", HOST_MODULES)
            for guest in tree.kernels("guest-kernels"):
                pack(scratch, guest, GUEST_INIT, f"guest-{guest}.cpio", GUEST_PARTS)
    key = cache.key_of(tree.path().name, PACKER, HOST_INIT, GUEST_INIT, *HOST_MODULES, *GUEST_PARTS)
    return cache.artifact("vm-boot", key, build, 1)
