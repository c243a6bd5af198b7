// PrecisionWish.swift - in what precision a person wants styles to compute.

import Graph

/// A precision, or the fastest that is good enough.
public enum PrecisionWish: String, CaseIterable, Sendable {
  /// float32.
  case f32
  /// bfloat16 where there are instructions for it.
  case bf16
  /// 8-bit products where there are instructions for them.
  case int8
  /// For each style the fastest that keeps 40 dB to float32, measured once and remembered.
  case auto

  /// The precision that is wished for, f32 as long as it is not known.
  var precision: ComputePrecision { ComputePrecision(rawValue: rawValue) ?? .f32 }
}
