// The way down: steps of an optimiser from a first picture to a better one.
import Networks
import Optimisers
import PluginKit

/// What a descent did.
struct DescentReport {
  /// Evaluations of loss and gradient.
  var evaluations = 0
  /// Before the first step, and the lowest that was found.
  var firstLoss = Double.infinity, loss = Double.infinity
  /// Of the lowest.
  var parts: [Float] = []
}

/// Paints one size of a picture.
struct Descent {
  let host: PluginHost
  let settings: GatysSettings
  /// Sees every evaluation.
  let watch: (_ evaluation: Int, _ loss: Double, _ parts: [Float], _ x: [Float]) -> Void

  /// Values of 0...255 that the first step of L-BFGS changes a pixel of noise by at most. Without, 20 evaluations of a narrow VGG did not halve its
  /// loss; from a photograph PyTorch's much smaller first step is the better one (5 % after 25 evaluations of VGG-16).
  private static let firstMove = 1.0

  /// Why no more steps are made.
  private enum Ending: Error {
    /// The loss falls no more, or all evaluations are made.
    case enough
    case failed(PluginError)
  }

  /// What is remembered from evaluation to evaluation.
  private final class Progress {
    var report = DescentReport()
    /// Where the loss was lowest.
    var best: [Float] = []
    /// The lowest loss so far, after each evaluation.
    var lowest: [Double] = []
  }

  /// Makes `x` [3][h][w] better in so many evaluations at most; `x` ends where the loss was lowest. Throws `cancelled` soon after the person wants to stop,
  /// `badParameter` where the loss is no number from the beginning.
  func run(_ canvas: Canvas, _ x: inout [Float], evaluations: Int) throws(PluginError) -> DescentReport {
    let progress = Progress()
    do throws(Ending) {
      switch settings.optimiser {
      case .lbfgs, .wolfe: try descend(canvas, &x, evaluations, progress)
      case .adam: try walk(canvas, &x, evaluations, progress)
      }
    } catch {
      if case .failed(let failure) = error { throw failure }
    }
    guard progress.report.loss.isFinite else {
      throw PluginError(
        .badParameter,
        "the loss is no number: the weights are too large, or vgg= fits another domain than \(settings.recipe.convention.rawValue)'s"
      )
    }
    x = progress.best
    return progress.report
  }

  private func descend(
    _ canvas: Canvas, _ x: inout [Float], _ evaluations: Int, _ progress: Progress
  ) throws(Ending) {
    var options = LBFGS.Options()
    options.rate = settings.rate ?? 1
    (options.iterations, options.evaluations) = (evaluations, evaluations)
    (options.gradientTolerance, options.changeTolerance) = (0, -1)
    options.history = settings.history
    options.firstMove = settings.start == .noise ? Self.firstMove : nil
    options.search = settings.optimiser == .wolfe ? .strongWolfe : .none
    var lbfgs = LBFGS(options)
    try lbfgs.step(&x) { (x, gradient) throws(Ending) in
      try evaluate(canvas, x, &gradient, evaluations, progress)
    }
  }

  private func walk(_ canvas: Canvas, _ x: inout [Float], _ evaluations: Int, _ progress: Progress) throws(Ending) {
    var adam = Adam(count: x.count, rate: settings.rate ?? 2)
    var gradient = [Float](repeating: 0, count: x.count)
    for _ in 0..<evaluations {
      _ = try evaluate(canvas, x, &gradient, evaluations, progress)
      adam.step(&x, gradient: gradient)
    }
  }

  private func evaluate(
    _ canvas: Canvas, _ x: [Float], _ gradient: inout [Float], _ limit: Int, _ progress: Progress
  ) throws(Ending) -> Double {
    if progress.report.evaluations >= limit { throw .enough }
    let loss: Double
    do throws(PluginError) {
      if host.shouldAbort { throw PluginError(.cancelled, "stopped") }
      loss = try canvas.evaluate(x, &gradient)
    } catch { throw .failed(error) }
    progress.report.evaluations += 1
    if progress.lowest.isEmpty { progress.report.firstLoss = loss }
    progress.lowest.append(min(progress.report.loss, loss.isFinite ? loss : .infinity))
    watch(progress.report.evaluations, loss, canvas.parts, x)
    // A step that has left the numbers behind is taken back by a search, and by nothing else.
    guard loss.isFinite || settings.optimiser == .wolfe && progress.report.loss.isFinite else { throw .enough }
    if loss < progress.report.loss {
      (progress.report.loss, progress.report.parts, progress.best) = (loss, canvas.parts, x)
    }
    let earlier = progress.lowest.count - 1 - GatysSettings.patience
    if settings.leastFall > 0, earlier >= 0,
      progress.report.loss > progress.lowest[earlier] * (1 - settings.leastFall)
    {
      throw .enough
    }
    return loss
  }
}
