# SPDX-License-Identifier: GPL-2.0
# What people ask for. How the module is built from its objects is in Kbuild.

KVER ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KVER)/build
KERNEL ?= plain
FUZZ_SECONDS ?= 20

modules: ## build ringswitch.ko for this machine's kernel (KVER=release or KDIR=directory)
	@test -e $(KDIR)/Makefile || { \
		echo "no kernel headers in $(KDIR); run: sudo apt-get install linux-headers-$(KVER)" >&2; exit 69; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

modules_install: modules ## install it where modprobe finds it (as root)
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules_install
	test -n "$(INSTALL_MOD_PATH)" || depmod -a $(KVER)

clean: ## remove what builds left in this directory
	@! test -e $(KDIR)/Makefile || $(MAKE) -C $(KDIR) M=$(CURDIR) clean
	rm -rf build

demo: bench ## measure ringswitch against bridge+TAP+vhost-net between guests of a stock kernel
	tools/demo

check: bench ## all tests: lint, host, KUnit and selftests in User-Mode Linux, stock kernel in QEMU
	tools/check

lint: bench ## checkpatch, sparse, W=1 for both kernels, sizes
	tools/lint

host: bench ## the pure units in userspace under sanitizers
	$(MAKE) -C tools/host check

microbench: bench ## nanoseconds a frame of the path alone, guest to guest and in halves
	tools/microbench

scale: bench ## the same with more ports, addresses and receivers; build/bench/scale.svg
	tools/scale
docs: bench ## the manual in HTML, and the comments of the source: build/docs/html/index.html
	tools/docs

coverage: bench ## lines and branches of the pure units that the host suite reaches
	tools/coverage

mutants: bench ## does the host suite notice when a check of ring, header and map code is gone?
	tools/mutants

fuzz: bench ## any input to the pure units, by libFuzzer (FUZZ_SECONDS=n for all targets)
	tools/fuzz --seconds $(FUZZ_SECONDS)

past-bugs: bench ## bugs that others had, put into this module: does a test notice each?
	tools/past-bugs

model: bench ## the ring code against every guest, in small rings (M="--walk 4 --table 4")
	tools/model $(M)

stall: bench ## is a notification ever lost between two CPUs? does one of them read too early?
	$(MAKE) -C tools/host stall
	$(MAKE) -C tools/host race

kunit: bench ## the KUnit suites (KERNEL=plain|kasan|lockdep)
	tools/um --kernel $(KERNEL) -- tools/lib/uml/kunit

selftests: bench ## the selftests, or some (KERNEL=plain|kasan|lockdep|vm T="mtu.sh ..")
	tools/selftests $(KERNEL) $(T)

um: bench ## a shell in User-Mode Linux with the module loaded (KERNEL=plain|kasan|lockdep)
	tools/um --kernel $(KERNEL)

vm: bench ## a shell on the stock Debian 13 kernel in QEMU with the module loaded
	tools/vm

help: ## this list
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bench:
	@tools/lib/prereq.sh

.PHONY: modules modules_install clean demo check lint docs host microbench scale coverage mutants past-bugs fuzz model stall \
	kunit selftests um vm help bench
