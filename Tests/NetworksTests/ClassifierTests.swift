// The classifiers of SFIT against PyTorch, and the files they are read from: numbers made by Fixtures/make_classifier_reference.py.
import PluginAPI
import TestFolders
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("Classifiers give PyTorch's maps and logits, from any file that holds them")
struct ClassifierTests {
  static func withClassifier<Result>(
    _ tensors: [NamedTensor], _ body: (Classifier, TestHost) throws -> Result
  ) throws -> Result {
    let host = try TestHost(threads: 2)
    return try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(tensors, to: path)
      return try body(Classifier(WeightSet.open(path, host: PluginHost(host.raw))), host)
    }
  }

  /// The map, then the logits.
  static func answer(_ classifier: Classifier, _ host: TestHost, h: Int, w: Int) throws -> [Float] {
    let picture = Planes(.picture(h: h, w: w, black: -1, white: 1))
    let map = try GraphRun.run(host, [picture]) { g in classifier(g.input("picture", channels: 3), in: g).map }
    let logits = try GraphRun.run(host, [picture]) { g in classifier(g.input("picture", channels: 3), in: g).logits }
    #expect(map.shape.c == classifier.mapPlanes && logits.shape.c == classifier.classCount)
    return map.values + logits.values
  }

  @Test(
    "Maps and logits, to 1e-4",
    arguments: [
      ("lenet", "LeNet", 28, 28, 10), ("lenet_grey", "LeNet", 28, 28, 10), ("lenet_shot", "LeNet", 28, 28, 10),
      ("resnet", "ResNet-17", 37, 45, 5), ("resnet_numbered", "ResNet-17", 37, 45, 5),
    ])
  func parity(name: String, words: String, h: Int, w: Int, classes: Int) throws {
    let right = try Places.numbers("classifier_\(name)")
    for prefix in ["", "net.", "module."] {
      let found = try Self.withClassifier(try SeededClassifiers.tensors(name, prefix: prefix)) { classifier, host in
        #expect(classifier.name == words && classifier.classCount == classes)
        #expect(classifier.side == (words == "LeNet" ? 28 : nil))
        return try Self.answer(classifier, host, h: h, w: w)
      }
      // The logits are smaller than the map.
      #expect(GraphRun.difference(Array(found.dropLast(classes)), Array(right.dropLast(classes))) <= 1e-4)
      #expect(GraphRun.difference(Array(found.suffix(classes)), Array(right.suffix(classes))) <= 1e-4)
    }
  }

  @Test("Maps have the shapes that are told, and pictures of other sizes are not taken")
  func shapes() throws {
    try Self.withClassifier(try SeededClassifiers.tensors("lenet")) { classifier, _ in
      let shape = try #require(classifier.mapShape(side: 28))
      #expect([shape.planes, shape.height, shape.width] == [5, 4, 4])
      #expect(classifier.mapShape(side: 32) == nil)
    }
    try Self.withClassifier(try SeededClassifiers.tensors("resnet")) { classifier, _ in
      for (side, map) in [(224, 7), (45, 2), (33, 2), (32, 1), (1, 1)] {
        let shape = try #require(classifier.mapShape(side: side))
        #expect([shape.planes, shape.height, shape.width] == [16, map, map])
      }
    }
  }

  @Test("What is missing, and what belongs to something else, is told")
  func damaged() throws {
    func failure(_ tensors: [NamedTensor]) throws -> String {
      try #require(#expect(throws: PluginError.self) { try Self.withClassifier(tensors) { _, _ in } }).description
    }
    let (leNet, resNet) = (try SeededClassifiers.tensors("lenet"), try SeededClassifiers.tensors("resnet"))
    #expect(
      try failure(leNet.filter { !$0.name.hasPrefix("fc2") }).hasSuffix(
        "it has no last layer 'fc2.weight', which tells the classes apart: give the file of the head beside it"))
    #expect(try failure(leNet.filter { $0.name != "encoder.3.bias" }).hasSuffix("tensor 'encoder.3.bias' is missing"))
    #expect(try failure(leNet.filter { !$0.name.hasPrefix("encoder") }).contains("it is no classifier"))
    #expect(try failure(resNet.filter { $0.name != "bn1.running_var" }).hasSuffix("'bn1.running_var' is missing"))
    #expect(
      try failure(resNet.filter { !$0.name.hasPrefix("layer3") }).hasSuffix("'layer3.0.conv1.weight' is missing"))
    #expect(
      try failure(leNet + [NamedTensor(name: "extra.weight", shape: [2], floats: [0, 0])]).hasSuffix(
        "tensor 'extra.weight' is not part of a LeNet and its head"))
    let two = try leNet + SeededClassifiers.tensors("lenet", prefix: "other.")
    #expect(try failure(two).contains("it holds several classifiers"))
  }

  @Test(
    "The published pair of SFIT's digits is read as it is",
    .enabled(if: SharedData.folder("weights/sfit") != nil, "no shared/weights/sfit beside the checkout"))
  func genuine() throws {
    let folder = try #require(SharedData.folder("weights/sfit"))
    for encoder in ["source", "target"] {
      let files = ["ADDA-\(encoder)-encoder-final.pt", "ADDA-source-classifier-final.pt"]
      let tensors = try files.flatMap { try WeightFile.open(path: "\(folder)/\($0)").tensors }
      try Self.withClassifier(tensors) { classifier, _ in
        #expect(classifier.name == "LeNet" && classifier.classCount == 10 && classifier.mapPlanes == 50)
      }
    }
  }
}
