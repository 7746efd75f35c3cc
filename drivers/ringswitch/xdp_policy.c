// SPDX-License-Identifier: GPL-2.0
/*
 * Where the XDP program of a guest's port comes and goes.
 *
 * Each pair of queues has all that its own batches need, so pairs do not wait for each other.
 * It changes under the lock of the pair's ingress: when that has been held once for each pair,
 * no batch runs the old program any more.
 */
#include <linux/bpf.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "guest.h"
#include "xdp_policy.h"
#include "xdp_room.h"

static void free_one(struct rsw_xdp *xdp)
{
	if (!xdp)
		return;
	xdp_rxq_info_unreg(&xdp->rxq);
	kvfree(xdp);
}

/* NULL: no memory. */
static struct rsw_xdp *alloc_one(struct net_device *dev, u16 number, struct bpf_prog *prog)
{
	struct rsw_xdp *xdp = kvzalloc(sizeof(*xdp), GFP_KERNEL);
	int err;

	if (!xdp)
		return NULL;
	xdp->prog = prog;
	err = xdp_rxq_info_reg(&xdp->rxq, dev, number, 0);
	/* A frame that is redirected is a page, or a part of one. */
	if (!err)
		err = xdp_rxq_info_reg_mem_model(&xdp->rxq, MEM_TYPE_PAGE_SHARED, NULL);
	if (!err)
		return xdp;
	free_one(xdp);
	return NULL;
}

static struct rsw_xdp *replace_one(struct rsw_pair *pair, struct rsw_xdp *xdp)
{
	struct rsw_xdp *old = pair->xdp;

	spin_lock_bh(&pair->ingress.lock);
	pair->xdp = xdp;
	spin_unlock_bh(&pair->ingress.lock);
	return old;
}

static int start(struct rsw_guest *guest, struct net_device *dev, struct bpf_prog *prog)
{
	struct rsw_xdp *xdp[RSW_GUEST_PAIRS] = {};
	bool complete = true;

	for (u16 i = 0; i < guest->npairs; i++) {
		xdp[i] = alloc_one(dev, i, prog);
		complete = complete && xdp[i];
	}
	for (u16 i = 0; i < guest->npairs; i++) {
		if (complete)
			replace_one(&guest->pair[i], xdp[i]);
		else
			free_one(xdp[i]);
	}
	return complete ? 0 : -ENOMEM;
}

static void stop(struct rsw_guest *guest)
{
	for (u16 i = 0; i < guest->npairs; i++)
		free_one(replace_one(&guest->pair[i], NULL));
}

static void change(struct rsw_guest *guest, struct bpf_prog *prog)
{
	for (u16 i = 0; i < guest->npairs; i++) {
		struct rsw_pair *pair = &guest->pair[i];

		spin_lock_bh(&pair->ingress.lock);
		pair->xdp->prog = prog;
		spin_unlock_bh(&pair->ingress.lock);
	}
}

static int set_program(struct rsw_guest *guest, struct net_device *dev, struct bpf_prog *prog,
		       struct netlink_ext_ack *extack)
{
	struct rsw_xdp *xdp = guest->pair[0].xdp;
	struct bpf_prog *old = xdp ? xdp->prog : NULL;
	int err = 0;

	if (old && prog)
		change(guest, prog);
	else if (prog)
		err = start(guest, dev, prog);
	else if (old)
		stop(guest);
	if (err) {
		NL_SET_ERR_MSG(extack, "No memory for frames to be looked at");
		return err;
	}
	/* The reference to the new one is ours from now on. */
	if (old)
		bpf_prog_put(old);
	return 0;
}

/**
 * rsw_xdp_setup - ndo_bpf of a guest's representor
 * @guest: the guest
 * @dev: its representor
 * @bpf: what is asked for
 *
 * When this returns the program that was there before runs no more. A netdev that goes has lost
 * its program before it leaves its switch.
 *
 * Context: RTNL; sleeps.
 * Return: 0; -ENOMEM, and nothing has changed; -EOPNOTSUPP (a socket that wants to share memory
 * with a NIC: AF_XDP copies here).
 */
int rsw_xdp_setup(struct rsw_guest *guest, struct net_device *dev, struct netdev_bpf *bpf)
{
	ASSERT_RTNL();
	switch (bpf->command) {
	case XDP_SETUP_PROG:
		return set_program(guest, dev, bpf->prog, bpf->extack);
	default:
		return -EOPNOTSUPP;
	}
}
