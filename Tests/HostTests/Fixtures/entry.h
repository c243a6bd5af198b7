// entry.h - the end of a fixture that has create(), negotiate(), process() and reset(): the rest of a plugin.
//
// Includes nothing, since its includer has all of it.
static void destroy(sth_instance *self) { free(self); }
static sth_status activate(sth_instance *self, const sth_stream *stream, const sth_format *format, sth_error *error) {
  (void)self, (void)stream, (void)format, (void)error;
  return STH_OK;
}
static void deactivate(sth_instance *self) { (void)self; }

static const sth_entry entry = {.struct_size = sizeof(sth_entry), .abi_major = STH_ABI_MAJOR, .abi_minor = STH_ABI_MINOR,
  .descriptor = &descriptor, .create = create, .destroy = destroy, .negotiate = negotiate, .activate = activate,
  .deactivate = deactivate, .process = process, .reset = reset};
STH_EXPORT const sth_entry *stylehost_plugin_entry(uint32_t host_major, uint32_t host_minor) {
  (void)host_major, (void)host_minor;
  return &entry;
}
