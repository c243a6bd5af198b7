// verdict.h - what is being looked at, and what was found wrong with it.
#ifndef STYLEHOST_ARM64_VERDICT_H
#define STYLEHOST_ARM64_VERDICT_H

// Names what is looked at from here on, and counts it.
__attribute__((format(printf, 1, 2))) void look_at(const char *format, ...);

// Prints a line with the name and what is wrong; of one thing only the first complaint.
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

// Has a fault of the processor (a forbidden address, a trap of a sanitizer) end the program with a line that names it.
void watch_for_faults(void);

// Prints the counts. The exit code of the program: 1 after any complaint.
int verdict(void);

#endif  // STYLEHOST_ARM64_VERDICT_H
