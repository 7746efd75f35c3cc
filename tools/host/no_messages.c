// SPDX-License-Identifier: GPL-2.0
/* Only a kernel checks messages about groups: here no frame is one. */
#include "snoop.h"

enum rsw_snoop_kind rsw_snoop_frame(struct rsw_switch *sw, struct rsw_batch *batch,
				    unsigned int i, __be16 proto)
{
	return RSW_SNOOP_OTHER;
}
