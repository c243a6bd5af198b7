// crash-at-scan.c - a plugin that crashes when it is asked what it is.
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include "stylehost/stylehost.h"
const sth_entry *stylehost_plugin_entry(uint32_t major, uint32_t minor) {
  (void)major, (void)minor;
  fprintf(stderr, "last words\n");
  raise(SIGSEGV);
  return NULL;
}
