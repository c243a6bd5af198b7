// null-entry.c - a plugin that cannot serve this host.
#include <stddef.h>
#include "stylehost/stylehost.h"
const sth_entry *stylehost_plugin_entry(uint32_t major, uint32_t minor) { (void)major, (void)minor; return NULL; }
