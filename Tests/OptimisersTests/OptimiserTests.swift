// Optimisers against PyTorch: numbers made by Fixtures/make_optimiser_reference.py.
import Testing

@testable import Optimisers

@Suite("Optimisers take PyTorch's steps")
struct OptimiserTests {
  @Test(
    "Adam, to 1e-5",
    arguments: [("adam_rosenbrock", Landscape.rosenbrock, 0.01), ("adam_quadratic", .quadratic, 0.1)])
  func adam(name: String, landscape: Landscape, rate: Double) throws {
    var x = landscape.start
    var adam = Adam(count: x.count, rate: rate)
    var gradient = x
    for milestone in try #require(Milestone.all(name) as [Milestone]?) {
      while adam.state.steps < milestone.steps {
        _ = landscape(x, &gradient)
        adam.step(&x, gradient: gradient)
      }
      #expect(milestone.difference(x) <= 1e-5, "after \(milestone.steps) steps")
    }
  }

  @Test("Adam on numbers in two places is Adam on all of them")
  func parts() throws {
    var whole = Landscape.quadratic.start
    var gradient = whole
    var (one, two) = (Adam(count: 12, rate: 0.1), Adam(count: 12, rate: 0.1))
    var halves = [Array(whole[..<5]), Array(whole[5...])]
    for _ in 0..<20 {
      _ = Landscape.quadratic(whole, &gradient)
      one.step(&whole, gradient: gradient)
      var (front, back) = (halves[0], halves[1])
      front.withUnsafeMutableBufferPointer { front in
        back.withUnsafeMutableBufferPointer { back in
          gradient.withUnsafeBufferPointer { g in
            two.step([(front, .init(rebasing: g[..<5])), (back, .init(rebasing: g[5...]))])
          }
        }
      }
      halves = [front, back]
    }
    #expect(halves[0] + halves[1] == whole)
    #expect(one.state == two.state)
  }

  @Test("Adam's decay adds a share of each number to its gradient, as the paper's formula in double precision, to 1e-5")
  func decay() {
    let (rate, decay, first, second) = (0.05, 0.2, 0.9, 0.99)
    var exact = [1.5, -2, 0.25, 0]
    var (means, squares) = ([Double](repeating: 0, count: 4), [Double](repeating: 0, count: 4))
    var (firstPower, secondPower) = (1.0, 1.0)
    var x = exact.map { Float($0) }
    var adam = Adam(count: 4, rate: rate, betas: (first, second), decay: decay)
    for step in 1...40 {
      let gradient = (0..<4).map { Float(step * (7 + 2 * $0) % 11) / 11 - 0.4 }
      adam.step(&x, gradient: gradient)
      (firstPower, secondPower) = (firstPower * first, secondPower * second)
      for i in 0..<4 {
        let slope = Double(gradient[i]) + decay * exact[i]
        means[i] = first * means[i] + (1 - first) * slope
        squares[i] = second * squares[i] + (1 - second) * slope * slope
        let (mean, square) = (means[i] / (1 - firstPower), squares[i] / (1 - secondPower))
        exact[i] -= rate * mean / (square.squareRoot() + 1e-8)
      }
      #expect(zip(x, exact).allSatisfy { abs(Double($0) - $1) <= 1e-5 }, "after \(step) steps: \(x), not \(exact)")
    }
    // Where there is no other gradient, a step is as long as any: the decay is adapted too. (AdamW's would be rate * decay * x.)
    var alone: [Float] = [2, -3, 0]
    let wanted: [Float] = [1.9, -2.9, 0]
    var idle = Adam(count: 3, rate: 0.1, decay: 0.01)
    idle.step(&alone, gradient: [0, 0, 0])
    #expect(zip(alone, wanted).allSatisfy { abs($0 - $1) <= 1e-6 })
  }

  static func options(_ change: (inout LBFGS.Options) -> Void) -> LBFGS.Options {
    var options = LBFGS.Options()
    change(&options)
    return options
  }

  @Test(
    "L-BFGS with and without a search, to 1e-3, by as many evaluations",
    arguments: [
      ("lbfgs_quadratic", Landscape.quadratic, options { $0.iterations = 4 }),
      ("lbfgs_rosenbrock", .rosenbrock, options { ($0.rate, $0.iterations) = (0.2, 5) }),
      ("lbfgs_short", .quadratic, options { ($0.history, $0.iterations) = (3, 4) }),
      ("wolfe_quadratic", .quadratic, options { ($0.search, $0.iterations) = (.strongWolfe, 4) }),
      ("wolfe_rosenbrock", .rosenbrock, options { ($0.search, $0.iterations) = (.strongWolfe, 5) }),
      ("wolfe_once", .rosenbrock, options { ($0.search, $0.iterations, $0.evaluations) = (.strongWolfe, 30, 12) }),
    ])
  func lbfgs(name: String, landscape: Landscape, options: LBFGS.Options) throws {
    var x = landscape.start
    var lbfgs = LBFGS(options)
    var steps = 0
    let milestones = try Milestone.all(name)
    #expect(!milestones.isEmpty)
    for milestone in milestones {
      while steps < milestone.steps {
        lbfgs.step(&x) { landscape($0, &$1) }
        steps += 1
      }
      #expect(milestone.difference(x) <= 1e-3, "after \(steps) steps")
      // Where it has arrived, rounding decides how often it still looks.
      if milestone.loss > 1e-6 { #expect(lbfgs.state.evaluations == milestone.evaluations, "after \(steps) steps") }
    }
  }

  @Test("L-BFGS reaches the bottom, and says why it stops", arguments: [Landscape.rosenbrock, .quadratic])
  func arrives(landscape: Landscape) {
    var x = landscape.start
    var lbfgs = LBFGS(Self.options { ($0.search, $0.iterations) = (.strongWolfe, 300) })
    let report = lbfgs.step(&x) { landscape($0, &$1) }
    #expect(zip(x, landscape.lowest).allSatisfy { abs($0 - $1) <= 1e-3 })
    #expect([.smallGradient, .smallChange].contains(report.ending))
    #expect(report.loss < 1e-6 && report.firstLoss > 100)
  }

  @Test("The first step goes as far as it is told")
  func firstMove() {
    let landscape = Landscape.quadratic
    var x = landscape.start
    var lbfgs = LBFGS(Self.options { ($0.iterations, $0.firstMove) = (1, 0.5) })
    lbfgs.step(&x) { landscape($0, &$1) }
    #expect(zip(x, landscape.start).map { abs($0 - $1) }.max() == 0.5)
  }

  @Test("A state that is put back goes on to the same bits")
  func restored() {
    let landscape = Landscape.quadratic
    var (x, y) = (landscape.start, landscape.start)
    var first = LBFGS(Self.options { $0.iterations = 5 })
    for _ in 0..<4 { first.step(&x) { landscape($0, &$1) } }
    var second = LBFGS(first.options)
    for _ in 0..<2 { second.step(&y) { landscape($0, &$1) } }
    var third = LBFGS(first.options)
    third.state = second.state
    for _ in 0..<2 { third.step(&y) { landscape($0, &$1) } }
    #expect(x == y)
    #expect(first.state == third.state)
  }

  @Test("What an evaluation throws comes out, with the numbers it was asked about")
  func interrupted() {
    struct Stop: Error {}
    var (x, asked, count) = (Landscape.quadratic.start, [Float](), 0)
    var lbfgs = LBFGS(Self.options { $0.iterations = 100 })
    #expect(throws: Stop.self) {
      try lbfgs.step(&x) { (x, gradient) throws(Stop) in
        (asked, count) = (x, count + 1)
        if count == 7 { throw Stop() }
        return Landscape.quadratic(x, &gradient)
      }
    }
    #expect(x == asked && count == 7)
  }

  @Test("A loss that is no number ends a search at the best point before it")
  func noNumber() {
    var (x, gradient) = (Landscape.quadratic.start, [Float](repeating: 0, count: 12))
    let before = Landscape.quadratic(x, &gradient)
    var (lbfgs, count) = (LBFGS(Self.options { ($0.search, $0.iterations) = (.strongWolfe, 20) }), 0)
    lbfgs.step(&x) { x, gradient in
      count += 1
      let loss = Landscape.quadratic(x, &gradient)
      return count > 3 ? .nan : loss
    }
    #expect(x.allSatisfy { $0.isFinite })
    #expect(Landscape.quadratic(x, &gradient) <= before)
  }

  @Test("Products of long vectors keep their small terms", arguments: [0, 1, 15, 16, 17, 4096, 4099, 1_000_003])
  func products(count: Int) {
    let a = (0..<count).map { Float($0 % 7) * 0.1 + 1 }
    let b = (0..<count).map { Float($0 % 5) - 2.25 }
    var exact = 0.0
    for i in 0..<count { exact += Double(a[i]) * Double(b[i]) }
    #expect(abs(a.dot(b) - exact) <= 1e-6 * Double(count) + 1e-9)
  }
}
