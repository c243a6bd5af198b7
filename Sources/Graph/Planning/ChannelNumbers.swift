// Numbers per channel that a network scales and shifts with: fixed, or new with every frame.
import Kernels
import PluginAPI

/// Where numbers per channel come from.
enum ChannelNumbers {
  /// A constant [c]: its node.
  case constant(Int)
  /// A value [c, 1, 1]: the buffer of its numbers side by side.
  case vector(Int)

  /// What is read of it.
  func reads(channels: Int) -> [BufferRead] {
    if case .vector(let buffer) = self { [.coefficients(buffer, channels: channels)] } else { [] }
  }
}

/// Brings a value [c, 1, 1] into the form of numbers per channel.
struct ChannelVectorPass: Pass {
  let name: String
  let destination: Int
  let source: BufferRead

  func reads(writing shape: ValueShape) -> [BufferRead] { [source] }

  func needs(in scope: PassScope) -> PassNeeds { PassNeeds(units: 1) }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, destination: site.vector(inBuffer: destination),
      source: site.map(source.buffer, source.region))
    let placed = site.append(call, name: "vector \(name)", units: 1)
    site.follow(placed, \.source, source.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let destination: UnsafeMutablePointer<Float>
    var source: sth_map

    static let body: sth_parallel_body = { argument, _, _, _ in
      guard let call = argument?.assumingMemoryBound(to: Call.self) else { return }
      withUnsafePointer(to: call.pointee.source) { source in
        call.pointee.kernels.pointee.channel_vector(call.pointee.destination, source)
      }
    }
  }
}

extension Lowering {
  /// The numbers per channel that a node holds.
  mutating func numbers(_ node: Int) -> ChannelNumbers {
    if nodes[node].constant != nil { return .constant(node) }
    let lens = plain(node)
    let target = buffer(.vector, channels: lens.region.c)
    append(
      ChannelVectorPass(
        name: nodes[node].subject, destination: target,
        source: BufferRead(buffer: lens.buffer, region: lens.region, reach: .whole)))
    return .vector(target)
  }
}

extension GraphOperator {
  /// The operand at `index`, which must be numbers per channel: a constant [count], or a value of as many channels.
  func checkNumbers(
    _ operands: [GraphNode], _ index: Int, role: String, count: Int, _ subject: String
  ) throws(GraphError) {
    guard operands[index].constant == nil else {
      _ = try vector(operands, index, role: role, count: count, subject)
      return
    }
    guard operands[index].channels == count else {
      throw .invalid("\(subject): \(role) has \(operands[index].channels) channels, expected \(count)")
    }
  }

  /// Refuses numbers per channel that are a picture.
  func checkNumbers(
    _ sizes: [ValueShape], from first: Int, operands: [GraphNode], subject: String
  ) throws(GraphError) {
    for index in first..<operands.count where operands[index].constant == nil {
      guard sizes[index].h == 1, sizes[index].w == 1 else {
        throw .unsupported("\(subject): numbers per channel are \(sizes[index]); they must have one row and one column")
      }
    }
  }
}
