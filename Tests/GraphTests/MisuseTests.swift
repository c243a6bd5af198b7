// The C table used wrongly in every way we could think of: a status and a sentence each time, never a trap.
import PluginAPI
import Testing

@testable import Graph

/// A graph through the C table.
private final class TableGraph {
  let engine: GraphEngine
  let api: sth_graph_api
  let graph: OpaquePointer
  let numbers: UnsafeMutablePointer<Float>

  init() throws {
    engine = try GraphEngine(pool: WorkerPool(threads: 1))
    api = engine.api.pointee
    numbers = .allocate(capacity: 4096)
    numbers.initialize(repeating: 0.5, count: 4096)
    var handle: OpaquePointer?
    #expect(api.create(engine.api, "net", &handle, nil) == STH_OK)
    graph = try #require(handle)
  }

  deinit { numbers.deallocate() }

  func constant(_ name: String, _ dims: [Int]) -> sth_node {
    var tensor = sth_tensor.dense(numbers, dims: dims, dtype: STH_DTYPE_F32, elementBytes: 4)
    return api.constant(graph, name, &tensor)
  }

  func conv(_ x: sth_node, _ weight: sth_node, _ bias: sth_node = 0, stride: Int32 = 1, size: UInt32 = 24) -> sth_node {
    var options = sth_graph_conv2d(
      struct_size: size, stride_h: stride, stride_w: stride, dilation_h: 0, dilation_w: 0, groups: 0)
    return api.conv2d(graph, x, weight, bias, &options)
  }

  func pad(_ x: sth_node, _ widths: Int32, mode: UInt32 = STH_PAD_REFLECT) -> sth_node {
    var options = sth_graph_pad2d(
      struct_size: 24, mode: mode, top: widths, left: widths, bottom: widths, right: widths)
    return api.pad2d(graph, x, &options)
  }

  func pool(_ x: sth_node, _ size: Int32, _ stride: Int32, ceil: Int32 = 0) -> sth_node {
    var options = sth_graph_pool2d(
      struct_size: UInt32(MemoryLayout<sth_graph_pool2d>.size), kind: STH_POOL_MAX, size_h: size, size_w: size,
      stride_h: stride, stride_w: stride, top: 0, left: 0, bottom: 0, right: 0, ceil_mode: ceil)
    return api.pool2d(graph, x, &options)
  }

  /// Compiles, runs nothing, releases; the status and the text of the error.
  func compile(_ sizes: [sth_size] = [sth_size(h: 8, w: 8)], count: Int32? = nil) -> (status: sth_status, text: String)
  {
    var plan: OpaquePointer?
    var error = sth_error()
    error.struct_size = UInt32(MemoryLayout<sth_error>.size)
    let status = api.compile(graph, sizes, count ?? Int32(sizes.count), &plan, &error)
    if plan != nil { api.release(plan) }
    #expect(status == STH_OK || error.code == status)
    return (status, Self.text(&error))
  }

  static func text(_ error: inout sth_error) -> String {
    withUnsafeBytes(of: &error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

@Suite("Misuse of the table")
struct MisuseTests {
  /// Builds wrongly, then expects the node 0, the status and the sentence of the first mistake.
  private func expect(
    _ text: String, status: sth_status = STH_ERROR_INVALID_ARGUMENT, sourceLocation: SourceLocation = #_sourceLocation,
    _ build: (TableGraph, sth_node) throws -> sth_node
  ) throws {
    let table = try TableGraph()
    defer { table.api.destroy(table.graph) }
    let x = table.api.input(table.graph, "image", 4)
    #expect(try build(table, x) == 0, sourceLocation: sourceLocation)
    #expect(table.api.relu(table.graph, 0) == 0, sourceLocation: sourceLocation)
    #expect(table.api.output(table.graph, x) == status, sourceLocation: sourceLocation)
    let result = table.compile()
    #expect(result.status == status, sourceLocation: sourceLocation)
    #expect(result.text == text, sourceLocation: sourceLocation)
  }

  @Test("channels that do not fit name the weight")
  func channels() throws {
    try expect("graph 'net': conv2d 'conv1.weight': weight is [32,3,9,9] but the input has 4 channels") { table, x in
      table.conv(x, table.constant("conv1.weight", [32, 3, 9, 9]))
    }
    try expect("graph 'net': conv2d 'w': bias 'b' is [3], expected [2]") { table, x in
      table.conv(x, table.constant("w", [2, 4, 1, 1]), table.constant("b", [3]))
    }
    try expect("graph 'net': conv2d 'w': weight is [4], expected [out_c,in_c,kh,kw]") { table, x in
      table.conv(x, table.constant("w", [4]))
    }
    try expect("graph 'net': instance_norm 'g': scale 'g' is [5], expected [4]") { table, x in
      table.api.instance_norm(table.graph, x, table.constant("g", [5]), table.constant("b", [4]), 1e-5)
    }
    try expect("graph 'net': add (node 3): 4 channels and 2 channels cannot be added") { table, x in
      table.api.add(table.graph, x, table.api.input(table.graph, "other", 2))
    }
    try expect("graph 'net': input 'empty': 0 channels; there must be at least 1") { table, _ in
      table.api.input(table.graph, "empty", 0)
    }
  }

  @Test("nodes of the wrong kind, of no graph and of another graph are noticed")
  func nodes() throws {
    try expect("graph 'net': conv2d (node 2): an operand is node 0, which is none") { table, x in table.conv(0, x) }
    try expect("graph 'net': conv2d (node 2): the weight is a value, not a constant") { table, x in table.conv(x, x) }
    try expect("graph 'net': relu 'c': operand 1 is the constant constant 'c'; it must be a value") { table, _ in
      table.api.relu(table.graph, table.constant("c", [4]))
    }
    try expect("graph 'net': relu (node 2): node -7 does not belong to graph 'net'") { table, _ in
      table.api.relu(table.graph, -7)
    }
    try expect("graph 'net': relu (node 2): node 2147483647 does not belong to graph 'net'") { table, _ in
      table.api.relu(table.graph, .max)
    }
    try expect("graph 'net': relu (node 2): node 1048577 does not belong to graph 'net'") { table, _ in
      var other: OpaquePointer?
      #expect(table.api.create(table.engine.api, nil, &other, nil) == STH_OK)
      defer { table.api.destroy(other) }
      return table.api.relu(table.graph, table.api.input(other, "image", 4))
    }
    try expect("graph 'net': instance_norm (node 3): an operand is node 0, which is none") { table, x in
      table.api.instance_norm(table.graph, x, table.constant("g", [4]), 0, 1e-5)
    }
  }

  @Test("options that are absent, too small or out of range are noticed")
  func options() throws {
    try expect("graph 'net': conv2d: the options are NULL") { table, x in
      table.api.conv2d(table.graph, x, table.constant("w", [2, 4, 1, 1]), 0, nil)
    }
    try expect("graph 'net': conv2d: struct_size is 4, expected at least 24") { table, x in
      table.conv(x, table.constant("w", [2, 4, 1, 1]), size: 4)
    }
    try expect("graph 'net': conv2d 'w': stride 0 x 0 is below 1") { table, x in
      table.conv(x, table.constant("w", [2, 4, 1, 1]), stride: 0)
    }
    try expect("graph 'net': pad2d (node 2): a border of -2147483648 at the top is not usable") { table, x in
      table.pad(x, .min)
    }
    try expect("graph 'net': pad2d (node 2): pad mode 9 does not exist") { table, x in table.pad(x, 1, mode: 9) }
    try expect("graph 'net': pad_to_multiple (node 2): multiple 0 is below 1") { table, x in
      table.api.pad_to_multiple(table.graph, x, 0, STH_PAD_ZERO)
    }
    try expect("graph 'net': upsample_nearest (node 2): factor 0 is below 1") { table, x in
      table.api.upsample_nearest(table.graph, x, 0)
    }
    try expect("graph 'net': clamp (node 2): a bound is not a number") { table, x in
      table.api.clamp(table.graph, x, .nan, 1)
    }
    for (size, stride, text): (Int32, Int32, String) in [
      (0, 1, "a window of 0 is below 1"), (2, 0, "stride 0 is below 1"), (-3, 1, "a window of -3 is below 1"),
    ] {
      try expect("graph 'net': pool2d (node 2): " + text) { table, x in table.pool(x, size, stride) }
    }
    try expect("graph 'net': pool2d: the options are NULL") { table, x in
      table.api.pool2d(table.graph, x, nil)
    }
    try expect("graph 'net': tanh 'c': operand 1 is the constant constant 'c'; it must be a value") { table, _ in
      table.api.tanh(table.graph, table.constant("c", [4]))
    }
    try expect("graph 'net': instance_norm (node 2): epsilon -1.0 is not a number >= 0") { table, x in
      table.api.instance_norm(table.graph, x, 0, 0, -1)
    }
    try expect("graph 'net': constant 'c': the options are NULL") { table, _ in
      table.api.constant(table.graph, "c", nil)
    }
  }

  @Test("sizes that do not work are refused at compile, with numbers")
  func sizes() throws {
    func refuse(
      _ text: String, _ sizes: [sth_size] = [sth_size(h: 8, w: 8)], count: Int32? = nil, channels: Int32 = 4,
      status: sth_status = STH_ERROR_UNSUPPORTED, sourceLocation: SourceLocation = #_sourceLocation,
      _ build: (TableGraph, sth_node) -> sth_node
    ) throws {
      let table = try TableGraph()
      defer { table.api.destroy(table.graph) }
      let y = build(table, table.api.input(table.graph, "image", channels))
      if y != 0 { #expect(table.api.output(table.graph, y) == STH_OK) }
      let result = table.compile(sizes, count: count)
      #expect(result.status == status, sourceLocation: sourceLocation)
      #expect(result.text == "cannot compile graph 'net': " + text, sourceLocation: sourceLocation)
    }
    let big = Int32.max
    try refuse("it has no output", status: STH_ERROR_INVALID_ARGUMENT) { _, _ in 0 }
    try refuse("sizes of 2 inputs given, it has 1", [sth_size(h: 1, w: 1), sth_size(h: 1, w: 1)], status: 2) { $1 }
    try refuse("input 'image' of 0 x 5 has no pixels", [sth_size(h: 0, w: 5)], status: 2) { $1 }
    try refuse(
      "input 'image': a plane of 2147483647 x 2 has more than 2^31 - 1 elements; use a smaller picture",
      [sth_size(h: big, w: 2)]
    ) { $1 }
    try refuse("conv2d 'w': the input is 8 x 8, smaller than the kernel of 9 x 9; pad it or use a larger picture") {
      table, x in table.conv(x, table.constant("w", [2, 4, 9, 9]))
    }
    try refuse(
      "upsample_nearest (node 2): a plane of 17179869176 x 17179869176 has more than 2^31 - 1 elements; use a smaller picture"
    ) { table, x in table.api.upsample_nearest(table.graph, x, big) }
    try refuse(
      "pad2d (node 2): a plane of 4294967302 x 4294967302 has more than 2^31 - 1 elements; use a smaller picture"
    ) { table, x in table.pad(x, big) }
    try refuse(
      "upsample_nearest (node 2): a value of [400,46336,46336] has more elements than can be addressed; use a smaller picture",
      channels: 400
    ) { table, x in table.api.upsample_nearest(table.graph, x, 5792) }
    for ceil: Int32 in [0, 1] {
      try refuse("pool2d (node 2): the input is 8 x 8, smaller than the window of 11; use a larger picture") {
        table, x in table.pool(x, 11, 3, ceil: ceil)
      }
    }
    try refuse("crop_like (node 3): the value is 8 x 8, smaller than the 10 x 10 to crop it to") { table, x in
      table.api.crop_like(table.graph, x, table.pad(x, 1))
    }
    try refuse("add (node 3): [4,8,8] and [4,10,10] cannot be added; crop or pad one of them") { table, x in
      table.api.add(table.graph, x, table.pad(x, 1))
    }
  }

  @Test("a step longer than the picture costs no memory")
  func longStride() throws {
    let table = try TableGraph()
    defer { table.api.destroy(table.graph) }
    let x = table.api.input(table.graph, "image", 4)
    let y = table.conv(x, table.constant("w", [2, 4, 3, 3]), stride: .max)
    #expect(table.api.output(table.graph, y) == STH_OK)
    #expect(table.compile().status == STH_OK)
  }

  @Test("a graph cannot grow after it was compiled")
  func growth() throws {
    let table = try TableGraph()
    defer { table.api.destroy(table.graph) }
    let x = table.api.input(table.graph, "image", 3)
    #expect(table.api.output(table.graph, x) == STH_OK)
    #expect(table.compile().status == STH_OK)
    #expect(table.api.relu(table.graph, x) == 0)
    #expect(table.compile().text == "graph 'net': relu: graph 'net' has been compiled; build it completely before")
  }

  @Test("NULL for a handle or a place is an error or nothing")
  func nulls() throws {
    let table = try TableGraph()
    let api = table.api
    #expect(api.create(nil, "x", nil, nil) == STH_ERROR_INVALID_ARGUMENT)
    #expect(api.create(table.engine.api, "x", nil, nil) == STH_ERROR_INVALID_ARGUMENT)
    #expect(api.input(nil, "x", 3) == 0)
    #expect(api.output(nil, 1) == STH_ERROR_INVALID_ARGUMENT)
    #expect(api.compile(nil, nil, 0, nil, nil) == STH_ERROR_INVALID_ARGUMENT)
    #expect(api.compile(table.graph, nil, 1, nil, nil) == STH_ERROR_INVALID_ARGUMENT)
    #expect(api.run(nil, nil, 0, nil, 0, nil) == STH_ERROR_INVALID_ARGUMENT)
    api.release(nil)
    api.info(nil, nil)
    api.destroy(nil)
    api.destroy(table.graph)
  }

  @Test("images that are not of the plan are refused before anything is written")
  func images() throws {
    let table = try TableGraph()
    let x = table.api.input(table.graph, "image", 3)
    #expect(table.api.output(table.graph, table.api.relu(table.graph, x)) == STH_OK)
    var plan: OpaquePointer?
    var size = sth_size(h: 4, w: 5)
    #expect(table.api.compile(table.graph, &size, 1, &plan, nil) == STH_OK)
    let picture = Picture(c: 3, h: 4, w: 5), result = Picture(c: 3, h: 4, w: 5)
    func run(_ count: Int32 = 1, _ change: (inout sth_image) -> Void) -> String {
      var (input, output, error) = (picture.image, result.image, sth_error())
      error.struct_size = UInt32(MemoryLayout<sth_error>.size)
      change(&input)
      let before = result.bits
      let status = withUnsafePointer(to: &input) { input in
        withUnsafePointer(to: &output) { output in
          var (inputs, outputs): (UnsafePointer<sth_image>?, UnsafePointer<sth_image>?) = (input, output)
          return table.api.run(plan, &inputs, count, &outputs, 1, &error)
        }
      }
      #expect(status == STH_OK || (error.code == status && result.bits == before))
      return status == STH_OK ? "ok" : TableGraph.text(&error)
    }
    #expect(run { _ in } == "ok")
    #expect(run(2) { _ in } == "cannot run 'net': 2 inputs and 1 outputs given, the graph has 1 and 1")
    #expect(run { $0.struct_size = 8 } == "cannot run 'net': struct_size of input 0 is 8, too small")
    #expect(run { $0.w = 6 } == "cannot run 'net': input 0 is [3,4,6], the plan was compiled for [3,4,5]")
    for change: (inout sth_image) -> Void in [
      { $0.data = nil }, { $0.h_stride_bytes = 16 }, { $0.h_stride_bytes = 22 }, { $0.c_stride_bytes = 40 },
      { $0.h_stride_bytes = .max }, { $0.h_stride_bytes = -4 }, { $0.c_stride_bytes = .min },
      { $0.c_stride_bytes = 3 * $0.h_stride_bytes },
    ] {
      #expect(run(1, change).contains("which do not hold [3,4,5] in whole floats"))
    }
    table.api.destroy(table.graph)
    #expect(run { _ in } == "cannot run 'net': its graph has been destroyed")
    table.api.release(plan)
  }

  @Test("a long message is cut to the caller's room between two characters")
  func messages() throws {
    let table = try TableGraph()
    defer { table.api.destroy(table.graph) }
    #expect(table.api.input(table.graph, String(repeating: "ä", count: 600), 0) == 0)
    var plan: OpaquePointer?
    for room in [0, 8, 9, 30, 31, 200, MemoryLayout<sth_error>.size] {
      var error = sth_error()
      _ = withUnsafeMutableBytes(of: &error) { $0.initializeMemory(as: UInt8.self, repeating: 0x55) }
      error.struct_size = UInt32(room)
      var size = sth_size(h: 1, w: 1)
      #expect(table.api.compile(table.graph, &size, 1, &plan, &error) == STH_ERROR_INVALID_ARGUMENT)
      let bytes = withUnsafeBytes(of: &error) { Array($0) }
      #expect(bytes[max(room, 4)...].allSatisfy { $0 == 0x55 }, "room \(room)")
      if room > 8 {
        let text = bytes[8..<room].prefix { $0 != 0 }
        #expect(String(validating: text, as: UTF8.self) != nil && text.count < room - 8, "room \(room)")
      }
    }
  }

  @Test("the whole life of a graph through the C table gives a picture and a bill")
  func life() throws {
    let table = try TableGraph()
    let x = table.api.input(table.graph, "image", 4)
    let y = table.conv(table.pad(x, 1), table.constant("w", [2, 4, 3, 3]), table.constant("b", [2]))
    #expect(table.api.output(table.graph, y) == STH_OK)
    var (plan, again): (OpaquePointer?, OpaquePointer?)
    var size = sth_size(h: 6, w: 7)
    #expect(table.api.compile(table.graph, &size, 1, &plan, nil) == STH_OK)
    #expect(table.api.compile(table.graph, &size, 1, &again, nil) == STH_OK)
    #expect(plan == again)
    table.api.release(again)
    var info = sth_plan_info()
    info.struct_size = UInt32(MemoryLayout<sth_plan_info>.size)
    table.api.info(plan, &info)
    #expect((info.output_c, info.output_h, info.output_w) == (2, 6, 7))
    #expect(info.multiply_adds == 6 * 7 * 2 * 4 * 9 && info.packed_bytes > 0)
    let ones = Picture(OracleTensor(c: 4, h: 6, w: 7) { _, _, _ in 1 }), result = Picture(c: 2, h: 6, w: 7)
    withUnsafePointer(to: ones.image) { input in
      withUnsafePointer(to: result.image) { output in
        var (inputs, outputs): (UnsafePointer<sth_image>?, UnsafePointer<sth_image>?) = (input, output)
        #expect(table.api.run(plan, &inputs, 1, &outputs, 1, nil) == STH_OK)
      }
    }
    #expect(result.tensor.values.allSatisfy { abs($0 - 18.5) < 1e-5 })
    table.api.release(plan)
    table.api.destroy(table.graph)
  }
}
