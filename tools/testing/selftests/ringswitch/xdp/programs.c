// SPDX-License-Identifier: GPL-2.0
/*
 * XDP programs for xdp.sh, each in a section of its own. They are compiled for BPF:
 *
 *   ip link set dev rtp1 xdp obj xdp_programs.o sec xdp/drop
 *
 * Those that decide by a frame look at the last two bytes of its destination.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

struct tag {
	__u8 addr[2 * ETH_ALEN];
	__be16 proto;
	__be16 tci;
};

static __always_inline struct ethhdr *header(struct xdp_md *ctx)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	return (void *)(eth + 1) <= (void *)(long)ctx->data_end ? eth : NULL;
}

SEC("xdp/pass")
int pass(struct xdp_md *ctx)
{
	return XDP_PASS;
}

SEC("xdp/drop")
int drop(struct xdp_md *ctx)
{
	return XDP_DROP;
}

SEC("xdp/aborted")
int aborted(struct xdp_md *ctx)
{
	return XDP_ABORTED;
}

SEC("xdp/nonsense")
int nonsense(struct xdp_md *ctx)
{
	return 77;
}

SEC("xdp/tx")
int tx(struct xdp_md *ctx)
{
	return XDP_TX;
}

/* The verdict is the last byte of the destination. */
SEC("xdp/verdict")
int verdict(struct xdp_md *ctx)
{
	struct ethhdr *eth = header(ctx);

	return eth ? eth->h_dest[5] : XDP_ABORTED;
}

/* To the netdev whose number that is. */
SEC("xdp/redirect")
int redirect(struct xdp_md *ctx)
{
	struct ethhdr *eth = header(ctx);

	if (!eth)
		return XDP_ABORTED;
	return bpf_redirect(eth->h_dest[4] << 8 | eth->h_dest[5], 0);
}

/* From 02:..:77, to everybody. */
SEC("xdp/rewrite")
int rewrite(struct xdp_md *ctx)
{
	struct ethhdr *eth = header(ctx);

	if (!eth)
		return XDP_ABORTED;
	__builtin_memset(eth->h_dest, 0xff, ETH_ALEN);
	__builtin_memset(eth->h_source, 0, ETH_ALEN);
	eth->h_source[0] = 0x02;
	eth->h_source[5] = 0x77;
	return XDP_PASS;
}

/* Into VLAN 10. */
SEC("xdp/tag")
int tag(struct xdp_md *ctx)
{
	struct tag *new, old;

	if (bpf_xdp_adjust_head(ctx, -4))
		return XDP_ABORTED;
	new = (void *)(long)ctx->data;
	if ((void *)new + sizeof(*new) + 4 > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	__builtin_memcpy(old.addr, (void *)new + 4, sizeof(old.addr));
	__builtin_memcpy(new->addr, old.addr, sizeof(new->addr));
	new->proto = bpf_htons(ETH_P_8021Q);
	new->tci = bpf_htons(10);
	return XDP_PASS;
}

/* Out of any VLAN. */
SEC("xdp/untag")
int untag(struct xdp_md *ctx)
{
	struct tag *head = (void *)(long)ctx->data, old;

	if ((void *)(head + 1) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	if (head->proto != bpf_htons(ETH_P_8021Q))
		return XDP_PASS;
	old = *head;
	__builtin_memcpy((void *)head + 4, old.addr, sizeof(old.addr));
	return bpf_xdp_adjust_head(ctx, 4) ? XDP_ABORTED : XDP_PASS;
}

/* A hundred bytes behind it, or as many less. */
SEC("xdp/longer")
int longer(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_tail(ctx, 100) ? XDP_ABORTED : XDP_PASS;
}

SEC("xdp/shorter")
int shorter(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_tail(ctx, -100) ? XDP_ABORTED : XDP_PASS;
}

/* One that knows of frames in pieces sees them in one, too. */
SEC("xdp.frags/whole")
int whole(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data == bpf_xdp_get_buff_len(ctx) ? XDP_PASS : XDP_DROP;
}

char terms[] SEC("license") = "GPL";
