/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SESSION_H
#define SESSION_H

#include "endpoint.h"

/*
 * Runs the commands given, or, if there are none, those read from standard input, one per
 * line, until "quit" or end of file. Each is answered by one line on standard output that
 * begins with "ok" or with "failed". In between, the endpoint keeps receiving.
 *
 *   send dst=MAC [count=1] [seq=N] + FRAME  send, wait until completed
 *   stream dst=MAC [rate=N] + FRAME         keep sending in the background
 *   stream off
 *   wait frames=N|bytes=N [src=MAC] [flow=N] [timeout=5000]  until that much arrived
 *   count [src=MAC] [flow=N]                what arrived so far
 *   totals                                  the same over all senders, and how it came
 *   quiet [ms=100]                          just receive for a while
 *   clear                                   forget what arrived
 *   echo on|off                             return frames to their senders
 *   stats                                   everything, as JSON
 *   quit                                    everything, as JSON; exit 1 upon violations
 * FRAME: [src=MAC] [dests=1] (addresses from dst= on, in turn)
 *   [kind=probe|udp4|udp6|tcp4|tcp6] [type=N] [tci=N] [tos=N] [flow=N] [len=60]
 *   [csum=full|partial|wrong] [mss=N] [cut=N,N*N,..] and, to lie in the virtio-net header,
 *   [h_flags=] [h_gso_type=] [h_hdr_len=] [h_gso_size=] [h_csum_start=] [h_csum_offset=]
 *   [h_num_buffers=]; or raw=HEX, all that is behind the addresses (nobody knows it for ours)
 *
 * Returns the exit status.
 */
int session_run(struct endpoint *ep, char **commands, int count);

#endif
