/* SPDX-License-Identifier: GPL-2.0 */
/* IP addresses, in frames and as people write them, and the checksum of IP. */
#ifndef HOST_INET_H
#define HOST_INET_H

#include <stdio.h>

#include <linux/icmpv6.h>
#include <linux/in.h>
#include <linux/in6.h>

#include <host/kernel.h>
#include <host/mm.h>

#define htonl(x)	((__force __be32)htobe32(x))

#define NDISC_ROUTER_SOLICITATION	133
#define NDISC_ROUTER_ADVERTISEMENT	134
#define NDISC_NEIGHBOUR_SOLICITATION	135
#define NDISC_NEIGHBOUR_ADVERTISEMENT	136
#define NDISC_REDIRECT			137
#define ND_OPT_SOURCE_LL_ADDR		1
#define ND_OPT_TARGET_LL_ADDR		2

struct frag_hdr {
	__u8 nexthdr;
	__u8 reserved;
	__be16 frag_off;
	__be32 identification;
};

static inline bool ipv6_addr_any(const struct in6_addr *addr)
{
	return !memchr_inv(addr, 0, sizeof(*addr));
}

static inline void ipv6_addr_prefix(struct in6_addr *prefix, const struct in6_addr *addr, int len)
{
	memset(prefix, 0, sizeof(*prefix));
	memcpy(prefix, addr, len / 8);
	if (len % 8)
		prefix->s6_addr[len / 8] = addr->s6_addr[len / 8] & 0xff00 >> len % 8;
}

static inline bool ipv6_prefix_equal(const struct in6_addr *a, const struct in6_addr *b,
				     unsigned int len)
{
	struct in6_addr of_a, of_b;

	ipv6_addr_prefix(&of_a, a, len);
	ipv6_addr_prefix(&of_b, b, len);
	return !memcmp(&of_a, &of_b, sizeof(of_a));
}

#define CSUM_MANGLED_0	((__force __sum16)0xffff)

static inline __wsum csum_partial(const void *from, int len, __wsum sum)
{
	const u8 *byte = from;
	u64 all = (__force u32)sum;

	for (int i = 0; i < len; i++)
		all += (u64)byte[i] << (i % 2 ? 8 : 0);
	return (__force __wsum)(all % 0xffffffff ?: all);
}

static inline __sum16 csum_fold(__wsum sum)
{
	u32 all = (__force u32)sum;

	all = (all & 0xffff) + (all >> 16);
	all = (all & 0xffff) + (all >> 16);
	return (__force __sum16)~all;
}

/* The system's own, whose headers do not go together with the kernel's. */
int inet_pton(int family, const char *src, void *to);

/* Up to a delimiter; @len is what the kernel calls "all". */
static inline int host_pton(int family, const char *src, int len, u8 *to, char delimiter,
			    const char **end)
{
	char copy[64] = "";

	host_check(len == -1, "a length is not understood here");
	*end = strchr(src, delimiter) ?: src + strlen(src);
	if (*end - src >= (long)sizeof(copy))
		return 0;
	memcpy(copy, src, *end - src);
	return inet_pton(family, copy, to) == 1;
}

#define in4_pton(src, len, to, delimiter, end)	host_pton(2, src, len, to, delimiter, end)
#define in6_pton(src, len, to, delimiter, end)	host_pton(10, src, len, to, delimiter, end)

/* What is behind the address is not looked at, as in a kernel. */
static inline bool mac_pton(const char *s, u8 *mac)
{
	int end = 0;

	return sscanf(s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], &end) == 6 && end == 17;
}

static inline int kstrtou8(const char *s, unsigned int base, u8 *to)
{
	char *end;
	unsigned long value = strtoul(s, &end, base);

	if (end == s || *end || *s == '-' || value > 255)
		return -EINVAL;
	*to = value;
	return 0;
}

static inline char *kstrdup(const char *s, gfp_t gfp)
{
	return kmemdup(s, strlen(s) + 1, gfp);
}

#endif /* HOST_INET_H */
