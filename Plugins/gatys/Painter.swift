// Paints frame after frame: chooses where each begins, and keeps what the next one needs.
import Networks
import PluginKit

/// The pictures of one stream.
final class Painter {
  private let host: PluginHost
  private let settings: GatysSettings
  private let trace: Trace?
  private let names: [String]
  /// Smallest first.
  private let canvases: [Canvas]
  /// The frame before, and what it became; none behind a cut.
  private var last: (frame: LumaPicture, result: [Float])?

  /// Sides below this are not worth painting on the way to a larger size.
  private static let smallestLevel = 64
  private static let patience = Duration.seconds(20)

  /// Measures the styles for every size and makes their networks ready.
  /// Throws `unsupported` where frames are too small for the layers, `noMemory` where they are too large.
  init(
    host: PluginHost, settings: GatysSettings, objective: PerceptualObjective, styles: StylePictures, trace: Trace?,
    size: (height: Int, width: Int)
  ) throws(PluginError) {
    let side = objective.smallestSide
    guard min(size.height, size.width) >= side else {
      let deepest = (objective.recipe.content + objective.recipe.style).map(\.layer).max()?.description ?? ""
      throw PluginError(
        .unsupported,
        "frames of \(size.width)x\(size.height) are too small for \(deepest), which needs \(side) pixels a side")
    }
    (self.host, self.settings, self.trace) = (host, settings, trace)
    let sizes = settings.sizes(height: size.height, width: size.width, smallest: max(side, Self.smallestLevel))
    var grams: [[KeptImage]] = []
    do {
      let measure = try PictureMeasure(host: host, objective, .style)
      for size in sizes {
        grams.append(
          try measure.map { (measure) throws(PluginError) in
            try styles.grams(objective, measure, height: size.height, width: size.width)
          } ?? [])
      }
    }
    let graph = try CanvasGraph(host: host, objective)
    let measure = try PictureMeasure(host: host, objective, .content)
    var canvases: [Canvas] = []
    for (size, grams) in zip(sizes, grams) {
      canvases.append(
        try Canvas(host: host, graph, measure, grams: grams, size: size, temporalShare: settings.temporalShare))
    }
    (self.canvases, names) = (canvases, graph.names)
  }

  /// The next frame is not followed from the one before.
  func forget() { last = nil }

  /// Paints a frame of 0...255. Throws `cancelled` soon after the person wants to stop.
  func paint(_ frame: Frame) throws(PluginError) {
    guard let canvas = canvases.last else { return }
    if frame.info.isSceneCut || frame.info.isDiscontinuity || settings.start != .previous { last = nil }
    let clock = ContinuousClock()
    let began = clock.now
    let luma = settings.start == .previous ? LumaPicture(frame.input) : nil
    var (x, report): ([Float], DescentReport)
    if let last, let luma {
      try canvas.begin(frame.input)
      follow(last, luma, canvas)
      x = canvas.numbers(of: canvas.moved)
      report = try descend(frame, canvas, level: canvases.count, &x, settings.followingIterations)
    } else {
      (x, report) = try rise(frame)
    }
    last = luma.map { ($0, x) }
    write(x, to: frame.output)
    host.log(.info, summary(frame, report, canvas, began.duration(to: clock.now)))
  }

  /// Paints from the smallest size to the largest.
  private func rise(_ frame: Frame) throws(PluginError) -> ([Float], DescentReport) {
    var (x, report): ([Float], DescentReport) = ([], DescentReport())
    for (i, canvas) in canvases.enumerated() {
      try canvas.begin(frame.input)
      if i == 0 {
        x = settings.start == .noise ? noise(canvas) : canvas.numbers(of: canvas.content)
      } else {
        x = try canvas.enlarged(x, from: canvases[i - 1], host: host)
      }
      let earlier = report.evaluations
      report = try descend(frame, canvas, level: i + 1, &x, max(1, settings.iterations >> i))
      report.evaluations += earlier
    }
    return (x, report)
  }

  private func descend(
    _ frame: Frame, _ canvas: Canvas, level: Int, _ x: inout [Float], _ evaluations: Int
  ) throws(PluginError) -> DescentReport {
    let clock = ContinuousClock()
    var said = clock.now
    let tracer = try trace?.begin(
      frame: frame.info.index, level: level, size: (canvas.height, canvas.width), parts: names)
    let descent = Descent(host: host, settings: settings) { [host] evaluation, loss, parts, x in
      tracer?.note(evaluation, loss, parts, x)
      guard said.duration(to: clock.now) > Self.patience else { return }
      said = clock.now
      host.log(
        .info,
        "frame \(frame.info.index): evaluation \(evaluation) of \(evaluations) at \(canvas.width)x\(canvas.height), loss \(Self.short(loss))"
      )
    }
    return try descent.run(canvas, &x, evaluations: evaluations)
  }

  /// Sets up the frame before as the place where this one shall stay near.
  private func follow(_ last: (frame: LumaPicture, result: [Float]), _ luma: LumaPicture, _ canvas: Canvas) {
    let motion = Motion(of: luma, from: last.frame)
    motion.move(last.result, to: canvas.moved.target, trust: canvas.trust.target)
    canvas.hold(true)
    // Where nothing can be followed, the frame itself is begun with.
    for plane in 0..<3 {
      for y in 0..<canvas.height {
        let (moved, content) = (canvas.moved.target.row(y, plane: plane), canvas.content.image.row(y, plane: plane))
        let trust = canvas.trust.image.row(y, plane: 0)
        for x in 0..<moved.count { moved[x] = trust[x] * moved[x] + (1 - trust[x]) * content[x] }
      }
    }
  }

  /// Hardly visible noise about the mean of ImageNet's pictures, as neural-style begins.
  private func noise(_ canvas: Canvas) -> [Float] {
    let (code, pixels) = (StyleCode(seed: settings.seed), canvas.height * canvas.width)
    let means: [Float] = [123.68, 116.779, 103.939]
    return (0..<3 * pixels).map { means[$0 / pixels] + 0.255 * code.number($0, series: 0) }
  }

  private func write(_ x: [Float], to output: MutableImage) {
    for plane in 0..<3 {
      for y in 0..<output.height {
        let (row, start) = (output.row(y, plane: plane), (plane * output.height + y) * output.width)
        for i in 0..<row.count { row[i] = min(max(x[start + i], 0), 255) }
      }
    }
  }

  /// "frame 3: 60 evaluations in 14.2 s at 320x240, loss 3.1e6 -> 4.0e5 (content 1.2e5, style 2.6e5)"
  private func summary(_ frame: Frame, _ report: DescentReport, _ canvas: Canvas, _ time: Duration) -> String {
    var sums: [(kind: String, sum: Float)] = []
    for (name, part) in zip(names, report.parts) where part != 0 {
      let kind = String(name.prefix { $0 != " " })
      if sums.last?.kind == kind { sums[sums.count - 1].sum += part } else { sums.append((kind, part)) }
    }
    let parts = sums.map { "\($0.kind) \(Self.short(Double($0.sum)))" }.joined(separator: ", ")
    let seconds = (time / .milliseconds(100)).rounded() / 10
    return
      "frame \(frame.info.index): \(report.evaluations) evaluations in \(seconds) s at \(canvas.width)x\(canvas.height), "
      + "loss \(Self.short(report.firstLoss)) -> \(Self.short(report.loss)) (\(parts))"
  }

  /// Four digits.
  private static func short(_ x: Double) -> String {
    guard x.isFinite, x > 0 else { return "\(x)" }
    var (mantissa, exponent) = (x, 0)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    let digits = (mantissa * 1000).rounded() / 1000
    return (-2...3).contains(exponent) ? "\((x * 1000).rounded() / 1000)" : "\(digits)e\(exponent)"
  }
}

extension Canvas {
  /// The numbers of a picture of this size, [3][h][w].
  func numbers(of picture: KeptImage) -> [Float] {
    var x = [Float](repeating: 0, count: 3 * height * width)
    picture.get(&x)
    return x
  }

  /// A picture of a smaller canvas in this one's size.
  func enlarged(_ x: [Float], from smaller: Canvas, host: PluginHost) throws(PluginError) -> [Float] {
    let small = try KeptImage(host: host, channels: 3, height: smaller.height, width: smaller.width)
    let large = try KeptImage(host: host, channels: 3, height: height, width: width)
    small.set(x)
    return withExtendedLifetime((small, large)) {
      large.resample(small.image)
      return numbers(of: large)
    }
  }
}
