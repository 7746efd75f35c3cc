// SPDX-License-Identifier: GPL-2.0
/* The driver side of a ring, in plain memory, as far as it keeps the rules. */
#include <kunit/test.h>

#include "mock_guest.h"

/* Begin a chain of @ndesc descriptors of the ring's own. Its id is that of its first. */
static u16 begin(struct mock_guest *guest, const struct mock_buf *buf, u16 n, u16 ndesc)
{
	u16 id = guest->free[guest->nfree - 1];
	struct mock_posted *posted = &guest->posted[id];

	*posted = (struct mock_posted){ .in_flight = true, .ndesc = ndesc };
	posted->steps = guest->features & MOCK_PACKED ? ndesc : 1;
	while (n--)
		posted->bytes += buf++->len;
	guest->in_flight++;
	return id;
}

/* Descriptor @i of chain @id, which has more unless this is the @last. */
static void add(struct mock_guest *guest, u16 id, u16 i, const struct mock_buf *buf, u16 flags,
		bool last)
{
	u16 own = guest->free[--guest->nfree];

	/* The last one's next is anything: nobody may look at it. */
	guest->link[own] = last ? 0xdead : guest->free[guest->nfree - 1];
	if (!last)
		flags |= VRING_DESC_F_NEXT;
	if (guest->features & MOCK_PACKED)
		mock_guest_set_desc(guest, i, buf->iova, buf->len, flags, id);
	else
		mock_guest_set_desc(guest, own, buf->iova, buf->len, flags, guest->link[own]);
}

/**
 * mock_guest_post - offer a chain to the device
 * @guest: the guest
 * @write: the device is to write it
 * @buf: its buffers
 * @n: how many
 *
 * Return: its id, or -ENOSPC when there are too few free descriptors.
 */
int mock_guest_post(struct mock_guest *guest, bool write, const struct mock_buf *buf, u16 n)
{
	u16 id, flags = write ? VRING_DESC_F_WRITE : 0;

	if (!n || n > guest->nfree)
		return -ENOSPC;
	id = begin(guest, buf, n, n);
	for (u16 i = 0; i < n; i++)
		add(guest, id, i, &buf[i], flags, i == n - 1);
	mock_guest_show(guest, id, n);
	return id;
}

/**
 * mock_guest_post_indirect - offer a chain that ends in a table of its own
 * @guest: the guest
 * @write: the device is to write it
 * @buf: its buffers
 * @n: how many
 * @direct: how many of them are not in the table
 * @table: where the table is
 *
 * Return: its id, or -ENOSPC when there are too few free descriptors.
 */
int mock_guest_post_indirect(struct mock_guest *guest, bool write, const struct mock_buf *buf,
			     u16 n, u16 direct, u64 table)
{
	u16 id, flags = write ? VRING_DESC_F_WRITE : 0, last = n - direct - 1;
	const struct mock_buf in_table = { table, (last + 1) * sizeof(struct vring_desc) };

	if (direct >= n || direct >= guest->nfree)
		return -ENOSPC;
	id = begin(guest, buf, n, direct + 1);
	for (u16 i = 0; i < direct; i++)
		add(guest, id, i, &buf[i], flags, false);
	/* In a packed ring's table neither NEXT nor the id means anything. */
	for (u16 i = 0; i <= last; i++)
		mock_guest_set_entry(guest, table, i, buf[direct + i].iova, buf[direct + i].len,
				     i < last ? flags | VRING_DESC_F_NEXT : flags,
				     i < last ? i + 1 : 0xdead);
	/* Whether the device writes the buffers, this flag says nothing of it. */
	add(guest, id, direct, &in_table,
	    VRING_DESC_F_INDIRECT | (direct % 2 ? VRING_DESC_F_WRITE : 0), true);
	mock_guest_show(guest, id, direct + 1);
	return id;
}

static void free_chain(struct mock_guest *guest, u16 id)
{
	u16 i = id;

	for (u16 n = guest->posted[id].ndesc; n--; i = guest->link[i])
		guest->free[guest->nfree++] = i;
	guest->posted[id].in_flight = false;
	guest->in_flight--;
}

/**
 * mock_guest_reap - take back what the device has used
 * @guest: the guest
 * @len: bytes the device says it has written
 *
 * Fails the test when the id is not in flight or the chain has fewer bytes.
 *
 * Return: the chain's id, or -ENOENT when there is none.
 */
int mock_guest_reap(struct mock_guest *guest, u32 *len)
{
	int id = guest->layout->next_used(guest, len);

	if (id < 0)
		return id;
	KUNIT_ASSERT_LE(guest->test, id, guest->num - 1);
	KUNIT_ASSERT_TRUE(guest->test, guest->posted[id].in_flight);
	KUNIT_ASSERT_LE(guest->test, *len, guest->posted[id].bytes);
	guest->used_at = mock_guest_at(guest, guest->used_at + guest->posted[id].steps);
	free_chain(guest, id);
	return id;
}

/* The next chain that is given back is this one, with so many bytes. */
void mock_guest_reap_this(struct mock_guest *guest, int id, u32 len)
{
	u32 said;

	KUNIT_ASSERT_EQ(guest->test, mock_guest_reap(guest, &said), id);
	KUNIT_ASSERT_EQ(guest->test, said, len);
}

/* Buffers of which none is like another. */
void mock_bufs(struct mock_buf *buf, u16 n)
{
	for (u16 i = 0; i < n; i++)
		buf[i] = (struct mock_buf){ MOCK_IOVA + 100 * i, 10 + i };
}

/* Have the driver want interrupts for all or for nothing. */
void mock_guest_want(struct mock_guest *guest, bool interrupts)
{
	guest->layout->want(guest, interrupts);
}

/* With EVENT_IDX: interrupt when the device's index passes this one. */
void mock_guest_set_used_event(struct mock_guest *guest, int at)
{
	guest->layout->set_used_event(guest, mock_guest_at(guest, at));
}

/* Would a driver kick that was at @at and shows @n steps more? */
bool mock_guest_kicks(const struct mock_guest *guest, int at, u16 n)
{
	return guest->layout->kicks(guest, mock_guest_at(guest, at), n);
}

/* So that chains are strewn over the table. */
void mock_guest_shuffle(struct mock_guest *guest, struct rng *rng)
{
	for (u16 i = guest->nfree; i > 1; i--) {
		u16 other = rng_below(rng, i);
		u16 one = guest->free[i - 1];

		guest->free[i - 1] = guest->free[other];
		guest->free[other] = one;
	}
}
