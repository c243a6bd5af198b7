// row_moments.h - mean and squared deviations joined row by row, for the vector levels.
//
// A row is summed, then its deviations from its own mean are squared while it is still in L1; rows are joined by the
// formula of Chan, Golub and LeVeque (1979), all in double. Memory is read once, and no large mean cancels.
#ifndef STYLEHOST_KERNELS_ROW_MOMENTS_H
#define STYLEHOST_KERNELS_ROW_MOMENTS_H

#include "lens.h"

typedef struct sth_row_moments {
  double count, mean, squares;  // squares: sum of (value - mean)^2
} sth_row_moments;

// The moments of both sets together.
STH_INLINE sth_row_moments sth_row_moments_join(sth_row_moments a, sth_row_moments b) {
  const double count = a.count + b.count;
  if (count <= 0.0) return a;
  const double apart = b.mean - a.mean, share = b.count / count;
  return (sth_row_moments){
      .count = count,
      .mean = a.mean + apart * share,
      .squares = a.squares + b.squares + apart * apart * a.count * share,
  };
}

#endif  // STYLEHOST_KERNELS_ROW_MOMENTS_H
