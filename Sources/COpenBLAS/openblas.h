// The names of OpenBLAS that stylehost uses. Imported by Kernels only.
#include <cblas.h>
