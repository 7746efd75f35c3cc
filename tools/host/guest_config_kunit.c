// SPDX-License-Identifier: GPL-2.0
/* What a guest is asked later, and that it is not asked when it is gone (userspace only). */
#include <kunit/test.h>
#include <uapi/linux/virtio_net.h>

#include "guest.h"

static struct rsw_guest *new_guest(struct kunit *test, u64 features)
{
	struct rsw_guest *guest = kunit_kzalloc(test, sizeof(*guest), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, guest);
	rsw_guest_config_init(guest);
	guest->features = features;
	return guest;
}

static void asked_when_its_link_is_back(struct kunit *test)
{
	struct rsw_guest *guest = new_guest(test, BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE));

	rsw_guest_set_link(guest, false);
	KUNIT_EXPECT_FALSE(test, guest->announcer.pending);
	rsw_guest_set_link(guest, true);
	KUNIT_EXPECT_TRUE(test, guest->announcer.pending);
	rsw_guest_config_free(guest);
}

static void not_asked_what_it_does_not_know(struct kunit *test)
{
	struct rsw_guest *guest = new_guest(test, 0);

	rsw_guest_set_link(guest, true);
	KUNIT_EXPECT_FALSE(test, guest->announcer.pending);
	rsw_guest_config_free(guest);
}

/* Past bug 73ea44370d. */
static void not_asked_when_it_is_gone(struct kunit *test)
{
	struct rsw_guest *guest = new_guest(test, BIT_ULL(VIRTIO_NET_F_GUEST_ANNOUNCE));

	rsw_guest_set_link(guest, true);
	rsw_guest_config_free(guest);
	KUNIT_EXPECT_FALSE(test, guest->announcer.pending);
}

static struct kunit_case guest_config_cases[] = {
	KUNIT_CASE(asked_when_its_link_is_back),
	KUNIT_CASE(not_asked_what_it_does_not_know),
	KUNIT_CASE(not_asked_when_it_is_gone),
	{}
};

static struct kunit_suite guest_config_suite = {
	.name = "ringswitch_guest_config",
	.test_cases = guest_config_cases,
};

kunit_test_suite(guest_config_suite);
