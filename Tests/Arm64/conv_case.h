// conv_case.h - one convolution to check, and its exact result.
#ifndef STYLEHOST_ARM64_CONV_CASE_H
#define STYLEHOST_ARM64_CONV_CASE_H

#include "guarded_map.h"

typedef struct conv_case {
  sth_conv2d shape;  // out_h, out_w: 0 for all that there is
  int32_t affine, bias, gap;
  uint32_t stuffed;  // the enlargement is by zeros
} conv_case;

// Calls check for every case of the lists.
void each_conv_case(void (*check)(const conv_case *test));
// Those with many units.
void each_large_conv_case(void (*check)(const conv_case *test));

// The numbers of a case.
typedef struct conv_inputs {
  guarded_map source;
  guarded_memory weights, bias, scale, shift;
} conv_inputs;

conv_inputs conv_inputs_make(const conv_case *test, uint32_t format);
void conv_inputs_free(conv_inputs *inputs);

// The exact outputs, and the sizes that errors are measured against.
typedef struct conv_oracle {
  double *values;  // [out_c][out_h][out_w]
  double *reach;   // [out_c]: the largest sum of magnitudes of a channel
  double energy;   // the size that a sum of products has when their signs are random
} conv_oracle;

conv_oracle conv_oracle_make(const conv_case *test, const conv_inputs *inputs);
void conv_oracle_free(conv_oracle *oracle);

// The element of an axis of n that coordinate i shows, found by walking; -1 is zero.
int32_t walked(int32_t i, int32_t n, uint32_t mode);

#endif  // STYLEHOST_ARM64_CONV_CASE_H
