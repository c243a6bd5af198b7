// wrong-major.c - a plugin built for another major version of the contract.
#include "stylehost/stylehost.h"
static const sth_entry entry = {.struct_size = sizeof(sth_entry), .abi_major = 99};
const sth_entry *stylehost_plugin_entry(uint32_t major, uint32_t minor) { (void)major, (void)minor; return &entry; }
