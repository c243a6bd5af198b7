// verdict.c - counts what is looked at and what was wrong with it.
#include "verdict.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char subject[400] = "the start";
static int looks, complaints, subject_failed;

void look_at(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(subject, sizeof subject, format, arguments);
  va_end(arguments);
  looks++;
  subject_failed = 0;
}

void complain(const char *format, ...) {
  if (subject_failed) return;
  subject_failed = 1;
  complaints++;
  va_list arguments;
  va_start(arguments, format);
  printf("%s: ", subject);
  vprintf(format, arguments);
  printf("\n");
  va_end(arguments);
}

// Only what may be called in a handler.
static void on_fault(int number) {
  const char *kind = number == SIGSEGV || number == SIGBUS ? ": reads or writes a forbidden address\n" : ": trap\n";
  ssize_t written = write(STDOUT_FILENO, subject, strlen(subject));
  written += write(STDOUT_FILENO, kind, strlen(kind));
  _exit(written > 0 ? 1 : 2);
}

void watch_for_faults(void) {
  const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE};
  for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) signal(faults[i], on_fault);
  setvbuf(stdout, NULL, _IOLBF, 0);
}

int verdict(void) {
  printf("arm64: %d checks, %d failed\n", looks, complaints);
  return looks == 0 || complaints > 0;
}
