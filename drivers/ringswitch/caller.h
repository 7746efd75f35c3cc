/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_CALLER_H
#define RINGSWITCH_CALLER_H

#include <linux/task_work.h>

bool rsw_caller_add(struct callback_head *work);
void rsw_caller_done(void);
void rsw_caller_exit(void);

#endif /* RINGSWITCH_CALLER_H */
