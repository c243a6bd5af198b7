// MUNIT's domain-invariant perceptual loss against PyTorch: numbers made by Fixtures/make_objective_reference.py.
import Networks
import PluginKit
import SeededNumbers
import Testing

@testable import Training

extension ObjectiveParityTests {
  /// S(i, 64) of the script: a picture of -1...1.
  private static func signed(_ number: Int) -> Picture {
    var picture = picture(number, 64)
    for i in picture.numbers.indices { picture.numbers[i] = picture.numbers[i] / 127.5 - 1 }
    return picture
  }

  @Test("The domain-invariant perceptual loss of MUNIT, and what each pixel does to it")
  func perceptual() throws {
    let tensors = SeededNumbers.vgg().map { TrainedTensor(name: $0.name, shape: $0.shape, floats: $0.floats) }
    try serve { host in
      let invariance = try DomainInvariance(VGG(host.memory(tensors, named: "seeded VGG"), domain: .caffe))
      let g = try GraphBuilder(host: host.services, name: "perceptual")
      let (picture, other) = (g.input("picture", channels: 3), g.input("other", channels: 3))
      let loss = invariance(g.unsigned(picture), g.unsigned(other), in: g)
      let slope = g.gradients(of: loss, withRespectTo: [picture])
      let graph = try g.finish(outputs: [loss] + slope)
      let plan = try graph.compile([.init(square: 64), .init(square: 64)])
      let inputs = try [2, 0].map { try Self.image(host, Self.signed($0)) }
      let term = try KeptImage(host: host.services, channels: 1, height: 1, width: 1)
      let gradient = try KeptImage(host: host.services, channels: 3, height: 64, width: 64)
      try withExtendedLifetime((inputs, term, gradient)) {
        try plan.run(inputs.map(\.image), to: [term.target, gradient.target])
        let numbers: [Float] = (0..<3).flatMap { c in
          (0..<64).flatMap { y in Array(gradient.image.row(y, plane: c)) }
        }
        try Objective("munit_perceptual").check([term.image.row(0, plane: 0)[0]], numbers)
      }
    }
  }
}
