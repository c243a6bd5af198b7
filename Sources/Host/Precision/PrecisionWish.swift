// PrecisionWish.swift - in what precision a person wants styles to compute.

import Graph

/// A precision, or the fastest that is good enough.
public enum PrecisionWish: String, CaseIterable, Sendable {
  /// float32.
  case f32
  /// bfloat16 between operators, products in 16 bits, where there are instructions for them.
  case bf16
  /// As bf16, with products in 8 bits where that keeps the picture.
  case int8
  /// For each style the fastest that keeps 40 dB to float32, measured once and remembered.
  case auto

  /// The precision that is wished for, f32 as long as it is not known.
  var precision: ComputePrecision { ComputePrecision(rawValue: rawValue) ?? .f32 }
}
