# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# What control.sh and commands.sh ask: which frames come to rtp1, from g2.

GROUP=01:00:5e:00:01:07
FOREIGN=52:54:00:72:00:77

# delivered COUNT FRAME...: g2 sends 10 frames; so many of them come to rtp1, which has
# dropped the others because it was asked to. Linux asks a little later than it is told.
delivered()
{
	local got filtered

	busywait 2000 deliver "$@"
	check_err $? "$got of 10 frames came to rtp1, $filtered were filtered, and not $*"
}

deliver()
{
	local count=$1; shift

	got=$(counter rtp1 egress_frames)
	filtered=$(counter rtp1 drop_out_filtered)
	must g2 send count=10 "$@"
	got=$(($(counter rtp1 egress_frames) - got))
	filtered=$(($(counter rtp1 drop_out_filtered) - filtered))
	((got == count && filtered == 10 - count))
}

# The hash is linear: with one key in sixteen, flows that differ in a few bits meet. This is
# the key that everybody tests with.
KEY=6d:5a:56:da:25:5b:0e:c2:41:67:25:3d:43:a3:8f:b0:d0:ca:2b:cb
KEY+=:ae:7b:30:b4:77:cb:2d:a3:80:30:f2:0c:6a:42:b7:3b:be:ac:01:fa
