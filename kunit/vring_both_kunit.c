// SPDX-License-Identifier: GPL-2.0
/* Chains with a part to read and a part to write, as commands come in (virtio 1.3, 2.7.4.2). */
#include <kunit/test.h>
#include <linux/io.h>

#include "mock_guest.h"

#define NUM	8
#define NEXT	VRING_DESC_F_NEXT
#define WR	VRING_DESC_F_WRITE
#define BOTH	(RSW_MEM_RO | RSW_MEM_WO)
#define AT(i)	(MOCK_IOVA + 100 * (i))

struct kinds {
	const char *what;
	u16 n;
	u16 write;	/* by bit */
	int err;
};

static const struct kinds kinds[] = {
	{ "one of each", 2, 0b10, 0 },
	{ "two to read", 3, 0b100, 0 },
	{ "two to write", 3, 0b110, 0 },
	{ "only to read", 2, 0b00, 0 },
	{ "only to write", 2, 0b11, 0 },
	{ "write before read", 2, 0b01, -EPROTO },
	{ "read after write", 3, 0b010, -EPROTO },
	{ "read last", 4, 0b0110, -EPROTO },
};

static int suite_init(struct kunit *test, u64 layout)
{
	test->priv = mock_guest_new(test, NUM, 2, layout);
	return 0;
}

/* Descriptor i has 10 + i bytes. */
static int take(struct mock_guest *guest, const struct kinds *kind, u32 want,
		struct rsw_chain *chain)
{
	mock_guest_start(guest, 0);
	for (u16 i = 0; i < kind->n; i++)
		mock_guest_set_desc(guest, i, AT(i), 10 + i,
				    (kind->write & BIT(i) ? WR : 0) | (i + 1 < kind->n ? NEXT : 0),
				    i + 1);
	mock_guest_show(guest, 0, kind->n);
	KUNIT_ASSERT_EQ(guest->test, rsw_vring_available(&guest->ring), 1);
	memset(chain, 0xee, sizeof(*chain));
	return mock_guest_take(guest, BOTH, want, chain, MOCK_SEGS);
}

/* Bytes of the descriptors that are (or are not) for writing, up to @want. */
static u32 bytes(const struct kinds *kind, bool write, u32 want)
{
	u32 sum = 0;

	for (u16 i = 0; i < kind->n; i++)
		if (write == !!(kind->write & BIT(i)))
			sum += 10 + i;
	return min(sum, want);
}

static void orders(struct kunit *test)
{
	struct mock_guest *guest = test->priv;

	for (int k = 0; k < ARRAY_SIZE(kinds); k++) {
		const struct kinds *kind = &kinds[k];
		struct rsw_chain chain;

		KUNIT_EXPECT_EQ_MSG(test, take(guest, kind, MOCK_WANT, &chain), kind->err, "%s",
				    kind->what);
		if (kind->err)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, chain.nsegs, kind->n, "%s", kind->what);
		for (u16 i = 0; i < chain.nsegs; i++)
			KUNIT_EXPECT_PTR_EQ(test, chain.seg[i].addr,
					    mock_guest_byte(guest, AT(i)));
		if (!kind->write)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, chain.nread, __ffs64(kind->write), "%s", kind->what);
		KUNIT_EXPECT_EQ_MSG(test, chain.read_len, bytes(kind, false, MOCK_WANT), "%s",
				    kind->what);
		KUNIT_EXPECT_EQ_MSG(test, chain.len, bytes(kind, true, MOCK_WANT), "%s",
				    kind->what);
	}
}

/* A chain that is not made of both tells of one part only, which is not for reading. */
static void one_kind_has_no_part_to_read(struct kunit *test)
{
	struct rsw_chain chain;

	for (int k = 3; k <= 4; k++) {
		KUNIT_ASSERT_EQ(test, 0, take(test->priv, &kinds[k], MOCK_WANT, &chain));
		KUNIT_EXPECT_EQ(test, chain.nread, 0);
		KUNIT_EXPECT_EQ(test, chain.read_len, 0);
	}
}

/* However long the part to read is, that to write is not forgotten. */
static void wanted_of_each_kind(struct kunit *test)
{
	static const struct kinds kind = { "two of each", 4, 0b1100, 0 };

	for (u32 want = 1; want < 30; want++) {
		struct rsw_chain chain;

		KUNIT_ASSERT_EQ(test, 0, take(test->priv, &kind, want, &chain));
		KUNIT_EXPECT_EQ(test, chain.read_len, bytes(&kind, false, want));
		KUNIT_EXPECT_EQ(test, chain.len, bytes(&kind, true, want));
		KUNIT_EXPECT_EQ(test, chain.nread, want > 10 ? 2 : 1);
		KUNIT_EXPECT_EQ(test, chain.nsegs, chain.nread + (want > 12 ? 2 : 1));
		KUNIT_EXPECT_EQ(test, chain.oversize, want < 12 + 13);
	}
}

/* Each part needs its own right. */
static void rights(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (unsigned long of = RSW_MEM_RO; of <= RSW_MEM_WO; of++) {
		u64 iova = (u64)of << 32;

		KUNIT_ASSERT_EQ(test, 0, rsw_mem_map(&guest->mem, iova, PAGE_SIZE,
						     virt_to_phys(guest->page), of));
		for (u16 bad = 0; bad < 2; bad++) {
			mock_guest_start(guest, 0);
			mock_guest_set_desc(guest, 0, bad == 0 ? iova : MOCK_IOVA, 5, NEXT, 1);
			mock_guest_set_desc(guest, 1, bad == 1 ? iova : MOCK_IOVA, 5, WR, 0);
			mock_guest_show(guest, 0, 2);
			KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
			KUNIT_EXPECT_EQ(test, (of == RSW_MEM_RO) == (bad == 0) ? 0 : -EFAULT,
					mock_guest_take(guest, BOTH, 9, &chain, MOCK_SEGS));
		}
	}
}

/*
 * What is walked is bounded whatever the chain is for: there is one walker for all queues. Past
 * bug 6ec1778134.
 */
static void loops(struct kunit *test)
{
	struct mock_guest *guest = test->priv;
	struct rsw_chain chain;

	for (u16 write = 0; write <= NUM; write++) {
		mock_guest_start(guest, 0);
		for (u16 i = 0; i < NUM; i++)
			mock_guest_set_desc(guest, i, AT(i), 1, NEXT | (i < write ? 0 : WR),
					    i + 1 < NUM ? i + 1 : write % NUM);
		mock_guest_show(guest, 0, NUM);
		KUNIT_ASSERT_EQ(test, rsw_vring_available(&guest->ring), 1);
		KUNIT_EXPECT_EQ(test, -ELOOP,
				mock_guest_take(guest, BOTH, MOCK_WANT, &chain, MOCK_SEGS));
		KUNIT_EXPECT_EQ(test, guest->ring.walked, NUM);
	}
}

MOCK_SUITES(vring_both, suite_init, mock_guest_exit,
	    KUNIT_CASE(orders),
	    KUNIT_CASE(one_kind_has_no_part_to_read),
	    KUNIT_CASE(wanted_of_each_kind),
	    KUNIT_CASE(rights),
	    KUNIT_CASE(loops));
