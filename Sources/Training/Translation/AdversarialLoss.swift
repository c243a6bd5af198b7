// What it costs a network to be found out, and another one to be deceived.
import Networks
import PluginKit

/// The losses of a generator and of its discriminator. Scores are those of patches: [1, h, w]; losses are [1, 1, 1].
enum AdversarialLoss: String, Sendable {
  /// (D - 1)^2 and D^2 (Mao et al., ICCV 2017: LSGAN).
  case leastSquares = "lsgan"
  /// softplus(-D) and softplus(D) (Goodfellow et al. 2014, as StyleGAN 2 has them).
  case nonSaturating = "nonsaturating"

  /// What it costs that a picture is not taken for one of the domain.
  func real(_ score: Value, in g: borrowing GraphBuilder) -> Value {
    switch self {
    case .leastSquares: g.meanSquare(g.scaled(score, plus: -1, channels: 1))
    case .nonSaturating: g.channelMean(g.mean(g.activate(g.scaled(score, by: -1, channels: 1), .softplus)))
    }
  }

  /// What it costs that a picture is taken for one.
  func fake(_ score: Value, in g: borrowing GraphBuilder) -> Value {
    switch self {
    case .leastSquares: g.meanSquare(score)
    case .nonSaturating: g.channelMean(g.mean(g.activate(score, .softplus)))
    }
  }
}
