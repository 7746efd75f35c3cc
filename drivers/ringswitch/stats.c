// SPDX-License-Identifier: GPL-2.0
/* Per-CPU counters of a port, and their sums. */
#include <linux/build_bug.h>
#include <linux/netdevice.h>
#include <linux/string.h>

#include "stats.h"

#define DROP			"drop_"
#define COUNTER_NAME(upper, name)	#name,
#define DROP_IN_NAME(name)	DROP "in_" #name,
#define DROP_OUT_NAME(name)	DROP "out_" #name,

static const char * const names[RSW_STATS_MAX] = {
	RSW_COUNTERS(COUNTER_NAME)
	RSW_DROP_REASONS(DROP_IN_NAME, DROP_OUT_NAME)
};

#define DROP_IS_IN(name)	[RSW_DROP_IN_##name] = true,
#define DROP_IS_OUT(name)	[RSW_DROP_OUT_##name] = false,

static const bool drop_is_in[RSW_DROP_MAX] = {
	RSW_DROP_REASONS(DROP_IS_IN, DROP_IS_OUT)
};

const char *rsw_drop_name(enum rsw_drop_reason reason)
{
	return names[RSW_COUNTER_MAX + reason] + strlen(DROP);
}

/**
 * rsw_stats_name - the name of a counter, in sysfs and elsewhere
 * @i: its place in struct rsw_stats_sum, as an array of %RSW_STATS_MAX numbers
 */
const char *rsw_stats_name(unsigned int i)
{
	BUILD_BUG_ON(sizeof(struct rsw_stats_sum) != RSW_STATS_MAX * sizeof(u64));
	return names[i];
}

struct rsw_stats __percpu *rsw_stats_alloc(void)
{
	return netdev_alloc_pcpu_stats(struct rsw_stats);
}

/**
 * rsw_stats_sum - add up the counters of all CPUs
 * @stats: per-CPU counters
 * @sum: result; each CPU's part is consistent in itself
 */
void rsw_stats_sum(const struct rsw_stats __percpu *stats, struct rsw_stats_sum *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		const struct rsw_stats *one = per_cpu_ptr(stats, cpu);
		struct rsw_stats_sum part;
		unsigned int start, i;

		do {
			start = u64_stats_fetch_begin(&one->syncp);
			for (i = 0; i < RSW_COUNTER_MAX; i++)
				part.count[i] = u64_stats_read(&one->count[i]);
			for (i = 0; i < RSW_DROP_MAX; i++)
				part.drop[i] = u64_stats_read(&one->drop[i]);
		} while (u64_stats_fetch_retry(&one->syncp, start));

		for (i = 0; i < RSW_COUNTER_MAX; i++)
			sum->count[i] += part.count[i];
		for (i = 0; i < RSW_DROP_MAX; i++)
			sum->drop[i] += part.drop[i];
	}
}

static u64 sum_drops(const struct rsw_stats_sum *sum, bool in)
{
	u64 total = 0;

	for (unsigned int i = 0; i < RSW_DROP_MAX; i++)
		if (drop_is_in[i] == in)
			total += sum->drop[i];
	return total;
}

u64 rsw_stats_drops_in(const struct rsw_stats_sum *sum)
{
	return sum_drops(sum, true);
}

u64 rsw_stats_drops_out(const struct rsw_stats_sum *sum)
{
	return sum_drops(sum, false);
}
