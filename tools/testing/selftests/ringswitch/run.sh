#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the test programs named, as the kernel's kselftest runner would: TAP 13, one line a
# program, what it prints as comments. Exits 1 if one failed, 4 if all were skipped. Of all
# programs, RSW_PART=2/3 runs the second, the fifth and so on.

cd "$(dirname "$0")" || exit 1
# A program that takes longer than this hangs: with lockdep some take three minutes.
limit=${RSW_TEST_LIMIT:-600}
failed=0
passed=0

if [[ $RSW_PART ]]; then
	programs=("$@")
	set --
	for ((i = ${RSW_PART%/*} - 1; i < ${#programs[@]}; i += ${RSW_PART#*/})); do
		set -- "$@" "${programs[i]}"
	done
fi

echo "TAP version 13"
echo "1..$#"
for ((i = 1; i <= $#; i++)); do
	prog=${!i}
	begin=$SECONDS
	timeout --foreground -k 10 "$limit" "./$prog" 2>&1 | sed -u 's/^/# /'
	rc=${PIPESTATUS[0]}
	name="$i selftests: ringswitch: $prog"
	case $rc in
	0)	echo "ok $name"; : $((passed++)) ;;
	4)	echo "ok $name # SKIP" ;;
	124 | 137)
		echo "not ok $name # TIMEOUT $limit seconds"; failed=1 ;;
	*)	echo "not ok $name # exit=$rc"; failed=1 ;;
	esac
	echo "# $prog took $((SECONDS - begin)) s"
done

((failed)) && exit 1
((passed)) && exit 0
exit 4
