#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A guest that breaks the rules loses its own port, until it resets its device; the others
# notice nothing. Lies in a frame's header cost that frame only.
#
#   +--------+  +------+  +------+  +------+
#   |  liar  |  |  g2  |  |  g3  |  |  g4  |
#   +---+----+  +--+---+  +--+---+  +--+---+
#       | rtp1     | rtp2    | rtp3    | rtp4
#   +---+----------+---------+---------+---+
#   |                 rt0                  |
#   +--------------------------------------+

ALL_TESTS="
	transmit_ring_lies
	transmit_ring_oddities
	receive_ring_lies
	unmapped_memory
	wrong_access
	broken_port_is_quiet
	header_lies
	header_guesses
	random_garbage
	changes_under_way
	longest_tables
	on_packed
	transmit_ring_lies
	transmit_ring_oddities
	receive_ring_lies
	unmapped_memory
	wrong_access
	broken_port_is_quiet
	random_garbage
	changes_under_way
	longest_tables
"
source "$(dirname "$0")/lib.sh"

setup_prepare()
{
	switch_add rt0 && port_add rtp1 rt0 && port_add rtp2 rt0 && port_add rtp3 rt0 &&
		port_add rtp4 rt0 && guest_start liar rtp1 && guest_start g2 rtp2 &&
		guest_start g3 rtp3 && guest_start g4 rtp4 --ring 1024 && settle g4 g2
}

# What the neighbours say to each other meanwhile.
neighbours_on()
{
	stream_begins g2 g4 7 dst="${client_mac[g4]}" rate=$RATE
}

neighbours_off()
{
	stream_ends g2 g4 7
	check_equal "$(port_state rtp4)" running "state of a neighbour"
}

# is_broken WHAT: the port has noticed and tells the guest.
is_broken()
{
	local what=$1

	ask liar broken
	check_err $? "$what: $answer"
	check_equal "$(port_state rtp1)" broken "state of the port after $what"
	[[ -n $(counter rtp1 broken_reason) && $(counter rtp1 broken_reason) != none ]]
	check_err $? "no reason told for $what"
}

# heals WHAT: after a reset all is well.
heals()
{
	local what=$1

	must liar reset
	must liar intact
	port_is rtp1 idle
	check_err $? "$(port_state rtp1) after $what and a reset"
	must liar start
	busywait 1000 port_is rtp1 running
	check_err $? "$(port_state rtp1) after a restart"
	must liar send dst="${client_mac[g3]}" flow=1
	must g3 wait flow=1 frames=1
	must g3 send dst="${client_mac[liar]}" flow=2
	must liar wait flow=2 frames=1
	must g3 clear
	must liar clear
}

on_packed()
{
	rings_are packed liar
}

transmit_ring_lies()
{
	local lie

	neighbours_on
	ask liar lies
	for lie in ${answer#ok}; do
		# Its beginning is enough for the switch to know that it is too long.
		[[ $lie == huge ]] && continue
		must liar lie name="$lie"
		is_broken "$lie"
		heals "$lie"
	done
	# Nothing of such a chain gets out.
	check_received g3 0 flow=255
	neighbours_off
	log_test "every lie in the transmit ring is met with BROKEN and healed by reset"
}

# A descriptor that is not there yet, flags and ids without a meaning, events in no place.
transmit_ring_oddities()
{
	local odd

	neighbours_on
	ask liar odds
	for odd in ${answer#ok}; do
		must liar odd name="$odd"
		settle g4 g3
		port_is rtp1 running
		check_err $? "$(port_state rtp1) after $odd"
		case $odd in
		of-last-lap | used-before | never-available)
			check_received g3 0 flow=255 ;;
		*)	[[ $odd == table-nested ]] || must g3 wait frames=1 flow=255 ;;
		esac
		heals "$odd"
	done
	neighbours_off
	log_test "oddities in the transmit ring are met with a shrug"
}

# The first frame takes the one honest buffer there is; the second meets the lie.
receive_ring_lies()
{
	local lie

	neighbours_on
	client_quit liar
	guest_start liar rtp1 --rx-buffers 1 --no-refill
	check_err $? "cannot start: $answer"
	ask liar lies
	for lie in ${answer#ok}; do
		# A device may take what it needs of a buffer that is larger than the frame.
		[[ $lie == huge || $lie == runs-out || $lie == *-second ]] && continue
		must g3 send dst="${client_mac[liar]}" flow=3
		must liar lie name="$lie" queue=rx
		must g3 send dst="${client_mac[liar]}" flow=3
		is_broken "$lie"
		must liar reset
		must liar intact
		must liar start
	done
	client_quit liar
	guest_start liar rtp1
	check_err $? "cannot start: $answer"
	must g3 send dst="${client_mac[liar]}" flow=2
	must liar wait flow=2 frames=1
	neighbours_off
	log_test "every lie in the receive ring is met with BROKEN and healed by reset"
}

unmapped_memory()
{
	neighbours_on
	must liar unmap area=tx
	ask liar send dst="${client_mac[g3]}" timeout=200
	is_broken "unmapped transmit buffers"
	heals "unmapped transmit buffers"
	must liar unmap area=rx
	must g3 send dst="${client_mac[liar]}"
	is_broken "unmapped receive buffers"
	heals "unmapped receive buffers"
	must liar unmap area=rings
	ask liar send dst="${client_mac[g3]}" timeout=200
	must liar kick
	is_broken "unmapped rings"
	heals "unmapped rings"
	neighbours_off
	log_test "memory that is not mapped"
}

# What a mapping does not allow, a descriptor cannot.
wrong_access()
{
	local access

	neighbours_on
	must liar unmap area=rx
	must liar map area=rx access=ro
	must g3 send dst="${client_mac[liar]}"
	must liar broken
	must liar intact
	must liar reset
	must liar unmap area=rx
	must liar unmap area=tx
	must liar map area=tx access=wo
	must liar start
	ask liar send dst="${client_mac[g3]}" timeout=200
	must liar broken
	must liar reset
	must liar unmap area=tx
	must liar start
	must liar send dst="${client_mac[g3]}"
	for access in ro wo; do
		must liar reset
		must liar unmap area=rings
		must liar map area=rings access=$access
		must liar start
		must liar broken
	done
	# That page is the receive queue's descriptors, which are written in a packed ring only.
	must liar reset
	must liar unmap area=rings
	must liar map area=rings access=rw first=ro
	must liar start
	if [[ $layout == split ]]; then
		must liar send dst="${client_mac[g3]}"
	else
		must liar broken
	fi
	must liar reset
	must liar unmap area=rings
	must liar start
	must liar send dst="${client_mac[g3]}"
	neighbours_off
	log_test "access rights of a mapping hold"
}

broken_port_is_quiet()
{
	local before

	neighbours_on
	must liar lie name=unmapped
	must liar broken
	before=$(counter rtp1 drop_out_broken)
	must g3 send dst="${client_mac[liar]}" count=5
	check_equal $(($(counter rtp1 drop_out_broken) - before)) 5 drop_out_broken
	must g3 clear
	must liar kick queue=tx
	must liar kick queue=rx
	heals "kicks of a broken device"
	neighbours_off
	log_test "frames for a broken port are counted, its kicks are ignored"
}

# header_lie DROPPED FRAME...: the frame is dropped by that name, the next one passes.
header_lie()
{
	local reason=$1; shift
	local before

	before=$(counter rtp1 "drop_in_$reason")
	must liar send dst="${client_mac[g3]}" flow=4 "$@"
	check_equal $(($(counter rtp1 "drop_in_$reason") - before)) 1 "drop_in_$reason with $*"
}

header_lies()
{
	local tso="kind=tcp4 csum=partial mss=1000 len=3000"

	neighbours_on
	must g3 clear
	header_lie bad_header len=100 h_flags=1 h_csum_start=99 h_csum_offset=0
	header_lie bad_header len=100 h_flags=1 h_csum_start=0xffff h_csum_offset=0xffff
	header_lie bad_header len=100 h_flags=1 h_csum_start=90 h_csum_offset=9
	header_lie bad_header len=100 h_flags=1 h_csum_start=0 h_csum_offset=0
	header_lie bad_header len=3000 h_gso_type=1 h_gso_size=1000
	header_lie bad_header $tso h_gso_size=0
	header_lie bad_header $tso h_flags=0
	header_lie bad_header $tso h_gso_type=3
	header_lie bad_header $tso h_gso_type=6
	header_lie bad_header $tso h_gso_type=0x85
	header_lie bad_header $tso h_gso_type=0x7f
	settle liar g3
	check_received g3 0 flow=4
	check_equal "$(port_state rtp1)" running "state of the port"
	neighbours_off
	log_test "headers that contradict the frame cost the frame"
}

# Fields a driver may get wrong, and offloads that a receiver without them will undo: each
# such frame is delivered or dropped and counted, and nothing else happens.
header_guesses()
{
	local lie kind

	neighbours_on
	client_quit g3
	guest_start g3 rtp3 --without guest_csum,guest_tso4,guest_tso6
	check_err $? "cannot start: $answer"
	for kind in tcp4 tcp6; do
		for lie in h_hdr_len=0 h_hdr_len=0xffff h_hdr_len=1 h_gso_size=1 h_gso_size=7 \
			   h_gso_size=0xffff h_gso_size=0x8000 h_csum_start=14 h_csum_start=1000 \
			   h_csum_start=2998 h_csum_offset=0 h_csum_offset=2000 h_gso_type=1 \
			   h_gso_type=4 h_gso_type=5 h_gso_type=0x81 h_flags=3 h_flags=0xff h_num_buffers=99; do
			must liar send dst="${client_mac[g3]}" kind=$kind csum=partial mss=1000 \
				len=3000 flow=5 $lie
		done
		must liar send dst="${client_mac[g3]}" kind=$kind csum=partial len=100 flow=5 \
			h_gso_type=1 h_gso_size=100
		must liar send dst="${client_mac[g3]}" len=60 flow=5 h_flags=1 h_csum_start=58 \
			h_csum_offset=0 h_gso_type=4 h_gso_size=1
	done
	settle liar g3
	check_equal "$(port_state rtp1)" running "state of the port"
	must g3 clear
	must liar send dst="${client_mac[g3]}" kind=tcp4 csum=partial mss=1000 len=3000 flow=6
	must g3 wait bytes=2946 flow=6
	check_received g3 3 flow=6
	neighbours_off
	log_test "headers with odd values do no harm"
}

random_garbage()
{
	local seed

	neighbours_on
	for seed in 1 $RANDOM; do
		must liar storm rounds=200 seed="$seed"
		check_err $? "seed $seed"
		log_info "seed $seed: $answer"
	done
	must liar intact
	must liar start
	busywait 1000 port_is rtp1 running
	must g3 clear
	must liar send dst="${client_mac[g3]}" flow=1
	must g3 wait flow=1 frames=1
	neighbours_off
	log_test "rings full of random descriptors"
}

# What the device has checked is not what it would find there a moment later.
changes_under_way()
{
	local seed

	# A small ring, since it is the moment between two looks that must be met.
	restart liar rtp1 --ring 8
	neighbours_on
	for seed in 1 $RANDOM; do
		must liar storm rounds=50 seed="$seed" mutator=on
		log_info "seed $seed: $answer"
	done
	must liar intact
	neighbours_off
	restart liar rtp1
	log_test "rings and buffers that change while they are read"
}

# Lawful, but four such chains are all that is read in a visit: a sender gets its ring worked
# off in many, and a receiver gets as many frames of a burst as that.
longest_tables()
{
	local before

	neighbours_on
	before=$(counter rtp1 drop_in_runt)
	must liar flood queue=tx
	busywait 5000 counter_is rtp1 drop_in_runt $((before + told[chains]))
	check_err $? "$(counter rtp1 drop_in_runt) of $before + ${told[chains]} chains"
	check_equal "$(port_state rtp1)" running "state of the port"
	heals "a flood of tables"
	client_quit liar
	guest_start liar rtp1 --rx-buffers 1 --no-refill
	check_err $? "cannot start: $answer"
	must liar flood queue=rx
	before=$(counter rtp1 egress_frames)
	must g3 send dst="${client_mac[liar]}" count=32
	check_between $(($(counter rtp1 egress_frames) - before)) 4 31 "frames in the longest tables"
	check_equal "$(port_state rtp1)" running "state of the port"
	must liar reset
	must liar start
	neighbours_off
	log_test "rings full of the longest tables"
}

trap cleanup EXIT
setup_prepare || bail_out
tests_run
exit $EXIT_STATUS
