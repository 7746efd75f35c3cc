// SPDX-License-Identifier: GPL-2.0
/* Receive filters: every combination of modes against every kind of frame. */
#include <kunit/test.h>
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <uapi/linux/virtio_net.h>

#include "../drivers/ringswitch/batch.h"
#include "../drivers/ringswitch/filter.h"

#define MODES	6

enum to { OWN, PERMANENT, LISTED, FOREIGN, MEMBER, OTHER_GROUP, BROADCAST, KINDS };

static const u8 addresses[KINDS][ETH_ALEN] = {
	[OWN] = { 0x02, 0, 0, 0, 0, 1 },
	[PERMANENT] = { 0x02, 0, 0, 0, 0, 6 },
	[LISTED] = { 0x02, 0, 0, 0, 0, 2 },
	[FOREIGN] = { 0x02, 0, 0, 0, 0, 3 },
	[MEMBER] = { 0x03, 0, 0, 0, 0, 4 },
	[OTHER_GROUP] = { 0x03, 0, 0, 0, 0, 5 },
	[BROADCAST] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
};

enum tag { UNTAGGED, PRIORITY, IN_VLAN, NOT_IN_VLAN, CUT, SERVICE, TAGS };

static const u8 tags[TAGS][4] = {
	[UNTAGGED] = { 0x08, 0x00, 0x00, 0x07 },
	[PRIORITY] = { 0x81, 0x00, 0xe0, 0x00 },
	[IN_VLAN] = { 0x81, 0x00, 0xaf, 0xff },
	[NOT_IN_VLAN] = { 0x81, 0x00, 0x0f, 0xfe },
	[CUT] = { 0x81, 0x00 },
	/* Of a provider: not what a driver's VIDs are about. */
	[SERVICE] = { 0x88, 0xa8, 0x00, 0x07 },
};

static int suite_init(struct kunit *test)
{
	struct rsw_filter *filter = kunit_kzalloc(test, sizeof(*filter), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, filter);
	ether_addr_copy(filter->own, addresses[OWN]);
	ether_addr_copy(filter->permanent, addresses[PERMANENT]);
	/* Behind another, so that more than the first is looked at. */
	ether_addr_copy(filter->macs[0].mac[1], addresses[LISTED]);
	ether_addr_copy(filter->macs[1].mac[1], addresses[MEMBER]);
	filter->macs[0].n = 2;
	filter->macs[1].n = 2;
	__set_bit(0xfff, filter->vlans);
	test->priv = filter;
	return 0;
}

static bool passes(const struct rsw_filter *filter, enum to to, enum tag tag)
{
	struct rsw_frame frame = { .head_len = tag == CUT ? ETH_HLEN + 3 : VLAN_ETH_HLEN };

	memcpy(frame.head, addresses[to], ETH_ALEN);
	memcpy(frame.head + 2 * ETH_ALEN, tags[tag], sizeof(tags[tag]));
	return rsw_filter_passes(filter, &frame);
}

/* As virtio 1.3, 5.1.6.5.1 and 5.1.6.5.3 put it. */
static bool wanted(const struct rsw_filter *filter, enum to to, enum tag tag)
{
	bool promisc = filter->modes & BIT(0), allmulti = filter->modes & BIT(1);
	bool alluni = filter->modes & BIT(2), nomulti = filter->modes & BIT(3);
	bool nouni = filter->modes & BIT(4), nobcast = filter->modes & BIT(5);

	if (promisc)
		return true;
	if (filter->by_vlan && (tag == NOT_IN_VLAN || tag == CUT))
		return false;
	switch (to) {
	case OWN:
	case PERMANENT:
	case LISTED:
		return !nouni;
	case FOREIGN:
		return !nouni && (alluni || filter->macs[0].all);
	case MEMBER:
		return !nomulti;
	case OTHER_GROUP:
		return !nomulti && (allmulti || filter->macs[1].all);
	default:
		return !nobcast;
	}
}

static void every_mode_and_frame(struct kunit *test)
{
	struct rsw_filter *filter = test->priv;

	for (u32 all = 0; all < 4; all++)
		for (filter->modes = 0; filter->modes < BIT(MODES); filter->modes++)
			for (u32 i = 0; i < 2 * KINDS * TAGS; i++) {
				enum to to = i / 2 % KINDS;
				enum tag tag = i / 2 / KINDS;

				filter->by_vlan = i % 2;
				filter->macs[0].all = all & 1;
				filter->macs[1].all = all & 2;
				KUNIT_EXPECT_EQ_MSG(test, passes(filter, to, tag),
						    wanted(filter, to, tag),
						    "modes %lx to %d tag %d", filter->modes, to,
						    tag);
			}
}

/* What is behind the end of a list is not in it. */
static void ends_of_lists(struct kunit *test)
{
	struct rsw_filter *filter = test->priv;

	filter->macs[0].n = 1;
	filter->macs[1].n = 1;
	KUNIT_EXPECT_FALSE(test, passes(filter, LISTED, UNTAGGED));
	KUNIT_EXPECT_FALSE(test, passes(filter, MEMBER, UNTAGGED));
	filter->macs[0].n = RSW_FILTER_MACS;
	filter->macs[1].n = RSW_FILTER_MACS;
	for (int i = 0; i < RSW_FILTER_MACS; i++) {
		memset(filter->macs[0].mac, 0, sizeof(filter->macs[0].mac));
		ether_addr_copy(filter->macs[0].mac[i], addresses[FOREIGN]);
		KUNIT_EXPECT_TRUE(test, passes(filter, FOREIGN, UNTAGGED));
		/* Lists are apart. */
		KUNIT_EXPECT_FALSE(test, passes(filter, OTHER_GROUP, UNTAGGED));
	}
}

static struct kunit_case filter_cases[] = {
	KUNIT_CASE(every_mode_and_frame),
	KUNIT_CASE(ends_of_lists),
	{}
};

static struct kunit_suite filter_suite = {
	.name = "ringswitch_filter",
	.init = suite_init,
	.test_cases = filter_cases,
};

kunit_test_suite(filter_suite);
