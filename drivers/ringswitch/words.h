/* SPDX-License-Identifier: GPL-2.0 */
#ifndef RINGSWITCH_WORDS_H
#define RINGSWITCH_WORDS_H

#include <linux/string.h>

/* What is between the words of a line in sysfs. */
#define RSW_BLANKS	" \t\n"

/**
 * rsw_next_word - take the first word off a line that somebody has written
 * @rest: the line, which is changed, and then what is behind the word
 * @between: what is between words, any number of these
 *
 * Return: the word, never an empty one; NULL: there is none left.
 */
static inline char *rsw_next_word(char **rest, const char *between)
{
	char *word;

	do {
		word = strsep(rest, between);
	} while (word && !*word);
	return word;
}

#endif /* RINGSWITCH_WORDS_H */
