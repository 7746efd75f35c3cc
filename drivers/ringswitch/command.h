/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_COMMAND_H
#define RINGSWITCH_COMMAND_H

#include <linux/types.h>
#include <uapi/linux/virtio_net.h>

struct rsw_chain;
struct rsw_guest;

/**
 * struct rsw_answer - what a command is answered by
 * @len: bytes from @ack on
 * @ack: VIRTIO_NET_OK or VIRTIO_NET_ERR
 * @coal: VIRTIO_NET_CTRL_NOTF_COAL_VQ_GET
 */
struct rsw_answer {
	u32 len;
	u8 ack;
	struct virtio_net_ctrl_coal coal;
} __packed;

bool rsw_command_execute(struct rsw_guest *guest, struct rsw_chain *chain,
			 struct rsw_answer *answer);
void rsw_command_reset(struct rsw_guest *guest);

#endif /* RINGSWITCH_COMMAND_H */
