// VGG against PyTorch, and the files it is read from: numbers made by Fixtures/make_vgg_reference.py.
import PluginAPI
import TestFolders
import Testing
import Weights

@testable import Networks
@testable import PluginKit

@Suite("VGG gives PyTorch's features, from any file that holds it")
struct VGGTests {
  static func withVGG<Result>(
    _ tensors: [NamedTensor], domain: VGGDomain? = nil, pooling: VGG.Pooling = .max, metadata: [String: String] = [:],
    _ body: (VGG, TestHost) throws -> Result
  ) throws -> Result {
    let host = try TestHost(threads: 2)
    return try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
      return try body(
        VGG(WeightSet.open(path, host: PluginHost(host.raw)), domain: domain, pooling: pooling), host)
    }
  }

  static func features(_ vgg: VGG, _ layer: String, _ host: TestHost) throws -> [Float] {
    let layer = try #require(VGGLayer(layer))
    return try GraphRun.run(host, [Planes(.picture(h: 37, w: 45))]) { g in
      try #require(vgg.features(g.input("image", channels: 3), at: [layer], in: g).first)
    }.values
  }

  @Test(
    "Features of both depths, domains and pools, to 1e-4",
    arguments: [
      (16, VGGDomain.caffe, VGG.Pooling.max, "relu4_3"), (16, .torchvision, .average, "relu3_2"),
      (19, .torchvision, .max, "relu5_4"), (19, .caffe, .average, "conv4_2"),
    ])
  func features(depth: Int, domain: VGGDomain, pooling: VGG.Pooling, layer: String) throws {
    let found = try Self.withVGG(SeededVGG.tensors(depth: depth), domain: domain, pooling: pooling) { vgg, host in
      #expect(vgg.name == "VGG-\(depth)")
      return try Self.features(vgg, layer, host)
    }
    let right = try Places.numbers("vgg_\(depth)_\(domain.rawValue)_\(pooling.rawValue)_\(layer)")
    #expect(GraphRun.difference(found, right) <= 1e-4)
  }

  @Test(
    "Names of tensors tell the depth and, unless the file says it, the domain",
    arguments: [
      (16, "features.", VGGDomain.torchvision), (19, "", .torchvision), (19, "module.features.", .torchvision),
      (16, "conv", .caffe), (19, "loss.conv", .caffe), (19, "caffe2", .caffe), (16, "zoo", .torchvision),
    ])
  func names(depth: Int, form: String, domain: VGGDomain) throws {
    var ordinal = -1
    let tensors = try SeededVGG.tensors(depth: depth, width: 2) { name, place in
      let isWeight = name.hasSuffix("weight")
      ordinal += isWeight ? 1 : 0
      switch form {
      case "caffe2": return "conv\(place)_\(isWeight ? "w" : "b")_0"
      case "zoo": return "vgg0_conv\(ordinal)_\(isWeight ? "weight" : "bias")"
      case let form where form.hasSuffix("conv"): return "\(form)\(place).\(isWeight ? "weight" : "bias")"
      default: return form + name.dropFirst(9)
      }
    }
    let last = depth == 16 ? "relu5_3" : "relu5_4"
    try Self.withVGG(tensors) { vgg, _ in
      #expect(vgg.name == "VGG-\(depth)" && vgg.domain == domain && vgg.last.description == last)
    }
    try Self.withVGG(tensors, metadata: [VGG.domainKey: "caffe"]) { vgg, _ in #expect(vgg.domain == .caffe) }
    try Self.withVGG(tensors, domain: .torchvision, metadata: [VGG.domainKey: "caffe"]) { vgg, _ in
      #expect(vgg.domain == .torchvision)
    }
  }

  @Test("A file that ends early has the layers it has, with the same features")
  func short() throws {
    func features(_ tensors: [NamedTensor], last: String) throws -> [Float] {
      try Self.withVGG(tensors, domain: .torchvision, pooling: .average) { vgg, host in
        #expect(vgg.last.description == last)
        return try Self.features(vgg, "relu3_2", host)
      }
    }
    let short = try features(SeededVGG.tensors(count: 9), last: "relu4_2")
    #expect(try features(SeededVGG.tensors(), last: "relu5_3") == short)
  }

  @Test("Damaged files are told with the tensor that is wrong")
  func damaged() throws {
    func failure(_ tensors: [NamedTensor]) throws -> String {
      try #require(#expect(throws: PluginError.self) { try Self.withVGG(tensors) { _, _ in } }).description
    }
    let whole = try SeededVGG.tensors()
    #expect(
      try failure(whole.filter { $0.name != "features.5.weight" }).hasSuffix("tensor 'features.5.weight' is missing"))
    #expect(
      try failure(whole.filter { $0.name != "features.7.bias" }).hasSuffix("tensor 'features.7.bias' is missing"))
    #expect(
      try failure(whole.map { $0.name == "features.5.weight" ? try SeededVGG.tensors(width: 6)[4] : $0 }).contains(
        "tensor 'features.5.weight' is [12,6,3,3], expected [planes,4,3,3]"))
    #expect(try failure(Array(whole.dropFirst(2))).contains("it is no VGG"))
    #expect(try failure(SeededPairs.adain()).contains("it is no VGG"))
  }

  @Test("The genuine VGG-16 is read as it is", .enabled(if: SharedData.folder("weights/vgg") != nil))
  func genuine() throws {
    let path = try #require(SharedData.folder("weights/vgg")) + "/vgg16_imagenet_conv.safetensors"
    let host = try TestHost(threads: 2)
    let vgg = try VGG(WeightSet.open(path, host: PluginHost(host.raw)))
    #expect(vgg.name == "VGG-16" && vgg.domain == .caffe && vgg.last.description == "relu5_3")
    let layer = try #require(VGGLayer("relu4_3"))
    #expect(vgg.planes(of: layer) == 512)
    // 0.55 G of 224x224 more are those of the fifth stage: 15.35 G in all.
    #expect(abs(vgg.multiplyAddsPerPixel(to: vgg.last) * 224 * 224 - 15.35e9) < 0.05e9)
  }

  @Test("Layers go by their names", arguments: ["relu1_1", "conv5_4"])
  func layers(name: String) { #expect(VGGLayer(name)?.description == name) }

  @Test(
    "Nothing else is a layer",
    arguments: ["", "relu", "relu6_1", "relu0_1", "relu1_5", "relu11", "relu1_1_1", "relu1_", "Relu1_1", "pool1"])
  func noLayers(name: String) { #expect(VGGLayer(name) == nil) }
}
