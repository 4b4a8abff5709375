/* What cannot go on ends the program: why, with what errno says, on stderr. */
#ifndef FATAL_H
#define FATAL_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((format(printf, 1, 2), noreturn)) static inline void fatal(const char *format, ...)
{
	const char *why = strerror(errno);
	va_list values;

	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fprintf(stderr, ": %s\n", why);
	exit(2);
}

#endif
