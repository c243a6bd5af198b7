// By whose rules an AdaIN learns.

/// What is compared how: the published codes differ in all of it.
public enum AdaINConvention: String, Sendable, CaseIterable {
  /// naoto0804's: mean squared differences of means and of deviations, over planes; style times 10.
  case pytorch = "pytorch-AdaIN"
  /// The authors' own, in Lua: summed over planes; style times 0.01.
  case authors = "AdaIN-style"

  /// Variances are divided by the pixels less one, where features are brought to the statistics of the style and where the result is judged.
  var isUnbiased: Bool { self == .pytorch }

  /// Added to variances before their root, where statistics are compared.
  var epsilon: Double { self == .pytorch ? 1e-5 : 1e-6 }

  /// Squared differences are summed over planes instead of averaged.
  var sumsPlanes: Bool { self == .authors }

  /// What the style costs beside the content.
  public var styleWeight: Double { self == .pytorch ? 10 : 0.01 }
}
