// The johnson plugin's edges: small pictures, wrong model files, withheld extensions, sizes that change.
import AllocationCounter
import Networks
import PluginAPI
import Testing
import Weights

@Suite("The johnson plugin")
struct JohnsonPluginTests {
  /// The message of creating the plugin on a file with these tensors.
  static func failure(_ tensors: [NamedTensor]) throws -> String {
    let host = try TestHost()
    return try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(tensors, to: path)
      let failure = #expect(throws: PluginFailure.self) { _ = try PluginDriver(model: path, host: host) }
      #expect(failure?.status == STH_ERROR_BAD_WEIGHTS)
      return failure?.description ?? ""
    }
  }

  @Test(
    "A picture of any size gives one of its own size with finite values inside 0...255",
    arguments: [(1, 1), (1, 7), (3, 2), (5, 5), (7, 1), (2, 64)])
  func smallPictures(h: Int, w: Int) throws {
    let host = try TestHost(threads: 2)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: host)
      let pixels = try plugin.run(.picture(h: h, w: w)).pixels
      #expect(pixels.count == 3 * h * w)
      #expect(pixels.allSatisfy { $0 >= 0 && $0 <= 255 })
    }
  }

  @Test("One instance serves sizes that follow each other, and a size that comes back gives the same bytes")
  func sizesChange() throws {
    let host = try TestHost()
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: host)
      let first = try plugin.run(.picture(h: 20, w: 24)).pixels
      _ = try plugin.run(.picture(h: 9, w: 40))
      #expect(try plugin.run(.picture(h: 20, w: 24)).pixels == first)
    }
  }

  @Test("Stale running statistics are dropped, and keys that all begin with module. are read")
  func oldCheckpoints() throws {
    let host = try TestHost()
    var old = try SeededWeights.tensors(width: 4, prefix: "module.")
    for key in ["in1", "res3.in2", "in5"] {
      old.append(try NamedTensor(name: "module.\(key).running_mean", shape: [4], floats: [9, 9, 9, 9]))
      old.append(try NamedTensor(name: "module.\(key).running_var", shape: [4], floats: [9, 9, 9, 9]))
    }
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(old, to: path)
      try JohnsonParityTests.expectParity(try PluginDriver(model: path, host: host), "seeded", h: 37, w: 53)
    }
  }

  @Test("A tensor of another shape, a missing one and an unknown one are named")
  func wrongModels() throws {
    let good = try SeededWeights.tensors(width: 4)
    let name = "res3.conv1.conv2d.weight"
    let flat = try NamedTensor(name: name, shape: [16, 16, 3, 1], floats: Array(repeating: 0, count: 768))
    #expect(
      try Self.failure(good.map { $0.name == name ? flat : $0 }).hasSuffix(
        ".safetensors: tensor 'res3.conv1.conv2d.weight' is [16,16,3,1], expected [16,16,3,3]"))
    #expect(
      try Self.failure(good.filter { $0.name != "in4.bias" }).hasSuffix(".safetensors: tensor 'in4.bias' is missing"))
    let extra = try NamedTensor(name: "in6.weight", shape: [4], floats: [1, 1, 1, 1])
    #expect(
      try Self.failure(good + [extra]).hasSuffix(
        ".safetensors: tensor 'in6.weight' is not part of a Johnson transformer net"))
    let wide = try NamedTensor(
      name: "conv1.conv2d.weight", shape: [4, 4, 9, 9], floats: Array(repeating: 0, count: 1296))
    #expect(
      try Self.failure([wide]).hasSuffix(
        "tensor 'conv1.conv2d.weight' is [4,4,9,9], expected [width,3,9,9] of width 1...1024"))
    #expect(try Self.failure([extra]).hasSuffix("tensor 'conv1.conv2d.weight' is missing"))
  }

  @Test(
    "Without the extensions it needs, create fails with a sentence",
    arguments: [STH_EXTENSION_GRAPH, STH_EXTENSION_WEIGHTS])
  func withheld(name: String) throws {
    let host = try TestHost(withheld: [name])
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let failure = #expect(throws: PluginFailure.self) { _ = try PluginDriver(model: path, host: host) }
      #expect(failure?.status == STH_ERROR_MISSING_EXTENSION)
      #expect(failure?.description.contains(name) == true)
    }
  }

  @Test("A frame that needs more memory than allowed is refused at activate, with both numbers")
  func tooLarge() throws {
    let host = try TestHost(memoryLimitBytes: 8 << 20)
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: host)
      let failure = #expect(throws: PluginFailure.self) { _ = try plugin.start(h: 4320, w: 7680) }
      #expect(failure?.status == STH_ERROR_NO_MEMORY)
      #expect(failure?.description.contains("8 MiB") == true)
      #expect(try plugin.run(.picture(h: 16, w: 16)).pixels.count == 768)
    }
  }

  @Test("A frame before activate is refused, not run")
  func inactive() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: TestHost())
      let failure = #expect(throws: PluginFailure.self) {
        try plugin.process(.picture(h: 8, w: 8), TestImage(h: 8, w: 8))
      }
      #expect(failure?.status == STH_ERROR_INVALID_ARGUMENT)
    }
  }

  @Test("A frame allocates nothing")
  func allocations() throws {
    try Places.withTemporaryFile { path in
      try SafetensorsWriter.write(SeededWeights.tensors(width: 4), to: path)
      let plugin = try PluginDriver(model: path, host: TestHost())
      let (input, output) = (TestImage.picture(h: 21, w: 34), TestImage(h: 21, w: 34))
      _ = try plugin.start(h: 21, w: 34)
      try plugin.process(input, output)
      let before = allocation_counter_total()
      allocation_counter_watch(1)
      for _ in 0..<3 { try plugin.process(input, output) }
      allocation_counter_watch(0)
      #expect(allocation_counter_total() - before == 0)
      plugin.stop()
    }
  }
}
