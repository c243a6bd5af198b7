// hang-at-scan.c - a plugin that never answers.
#include <stddef.h>
#include <unistd.h>
#include "stylehost/stylehost.h"
const sth_entry *stylehost_plugin_entry(uint32_t major, uint32_t minor) {
  (void)major, (void)minor;
  for (;;) sleep(1);
  return NULL;
}
