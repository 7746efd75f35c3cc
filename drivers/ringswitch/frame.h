/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_FRAME_H
#define RINGSWITCH_FRAME_H

#include "batch.h"

struct rsw_chain;
struct virtio_net_hdr;

/* Bytes of the virtio-net header: always with num_buffers, as VERSION_1 demands. */
#define RSW_VNET_HLEN	12

enum rsw_drop_reason rsw_frame_from_chain(struct rsw_frame *frame, struct rsw_chain *chain,
					  u64 features);
enum rsw_drop_reason rsw_frame_check_addresses(const struct rsw_frame *frame);
void rsw_frame_extend(struct rsw_frame *frame, u32 len);
bool rsw_frame_fits(const struct rsw_offload *offload, u64 features);
void rsw_offload_to_virtio(const struct rsw_offload *offload, struct virtio_net_hdr *hdr);
void rsw_offload_from_virtio(struct rsw_offload *offload, const struct virtio_net_hdr *hdr);

#endif /* RINGSWITCH_FRAME_H */
