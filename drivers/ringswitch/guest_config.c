// SPDX-License-Identifier: GPL-2.0
/* The configuration space of a guest's device (virtio 1.3, 5.1.4): what can change in it. */
#include <linux/etherdevice.h>

#include "guest.h"

/*
 * When its link is back, a driver is asked to make itself known: switches may have forgotten
 * it. Not at once, since Linux answers before it believes in the link.
 */
#define ANNOUNCE_DELAY	(HZ / 10)

/* Tell the driver, if there is one to tell. The lock is held. */
static void changed(struct rsw_guest *guest)
{
	lockdep_assert_held(&guest->config_lock);
	WRITE_ONCE(guest->generation, guest->generation + 1);
	if (guest->config_cb.callback)
		guest->config_cb.callback(guest->config_cb.private);
}

static void announce(struct work_struct *work)
{
	struct rsw_guest *guest = container_of(to_delayed_work(work), struct rsw_guest,
					       announcer);

	spin_lock_bh(&guest->config_lock);
	guest->announce = guest->link_up && guest->config_cb.callback;
	if (guest->announce)
		changed(guest);
	spin_unlock_bh(&guest->config_lock);
}

void rsw_guest_config_init(struct rsw_guest *guest)
{
	spin_lock_init(&guest->config_lock);
	INIT_DELAYED_WORK(&guest->announcer, announce);
}

/* Nothing of it runs after this, if the representor is gone. */
void rsw_guest_config_free(struct rsw_guest *guest)
{
	cancel_delayed_work_sync(&guest->announcer);
}

/* No callback runs or will run after this. */
void rsw_guest_config_reset(struct rsw_guest *guest)
{
	spin_lock_bh(&guest->config_lock);
	guest->config_cb = (struct vdpa_callback){};
	guest->announce = false;
	ether_addr_copy(guest->mac, guest->permanent_mac);
	spin_unlock_bh(&guest->config_lock);
}

/* Something of the device has changed that is not kept here: NEEDS_RESET. */
void rsw_guest_config_notify(struct rsw_guest *guest)
{
	spin_lock_bh(&guest->config_lock);
	changed(guest);
	spin_unlock_bh(&guest->config_lock);
}

/**
 * rsw_guest_announce - have the driver make itself known, if it is one that can
 * @guest: the guest
 *
 * Context: any. Its representor is there.
 */
void rsw_guest_announce(struct rsw_guest *guest)
{
	if (READ_ONCE(guest->features) & BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE))
		schedule_delayed_work(&guest->announcer, ANNOUNCE_DELAY);
}

/**
 * rsw_guest_set_link - show the driver that its cable is plugged or not
 * @guest: the guest
 * @up: link state
 */
void rsw_guest_set_link(struct rsw_guest *guest, bool up)
{
	spin_lock_bh(&guest->config_lock);
	if (guest->link_up != up) {
		guest->link_up = up;
		changed(guest);
		if (up)
			rsw_guest_announce(guest);
	}
	spin_unlock_bh(&guest->config_lock);
}

void rsw_guest_get_macs(struct rsw_guest *guest, u8 *mac, u8 *permanent)
{
	spin_lock_bh(&guest->config_lock);
	ether_addr_copy(mac, guest->mac);
	ether_addr_copy(permanent, guest->permanent_mac);
	spin_unlock_bh(&guest->config_lock);
}

/* The driver has given itself an address, until it is reset. */
void rsw_guest_set_mac(struct rsw_guest *guest, const u8 *mac)
{
	spin_lock_bh(&guest->config_lock);
	ether_addr_copy(guest->mac, mac);
	WRITE_ONCE(guest->generation, guest->generation + 1);
	spin_unlock_bh(&guest->config_lock);
}

/* For the next driver: one that runs has read its address and does not look again. */
void rsw_guest_set_permanent_mac(struct rsw_guest *guest, const u8 *mac)
{
	spin_lock_bh(&guest->config_lock);
	ether_addr_copy(guest->permanent_mac, mac);
	spin_unlock_bh(&guest->config_lock);
	rsw_guest_set_mac(guest, mac);
}

/* The driver has made itself known. Returns whether it was asked to. */
bool rsw_guest_announced(struct rsw_guest *guest)
{
	bool asked;

	spin_lock_bh(&guest->config_lock);
	asked = guest->announce;
	guest->announce = false;
	spin_unlock_bh(&guest->config_lock);
	return asked;
}
