// What products of channels pass back: each channel gets the other ones, weighted by a matrix that is new in each run.
import Kernels
import PluginAPI

/// d x, scaled as the products were; operands: value d [c, d, 1], value x, value a, of whose size the scale is.
struct ProductsGradient: SourceGradient {
  /// What x is multiplied by.
  enum Matrix { case asItIs, transposed, both }

  static let name = "products_gradient"
  let products: Products
  /// `both`: the sum of d and its transpose.
  let matrix: Matrix

  func channels(of operands: [GraphNode], subject: String) throws(GraphError) -> Int {
    _ = try value(operands, 1, subject)
    let rows = try value(operands, 0, subject).channels
    return matrix == .transposed ? products.otherChannels : rows
  }

  func lower(_ node: Int, in lowering: inout Lowering) -> ValueLens {
    let (operands, subject, shape) = (lowering.operands(node), lowering.nodes[node].subject, lowering.shapes[node])
    let (given, source) = (lowering.plain(operands[0]), lowering.pointwise(operands[1]))
    let (packed, target) = (lowering.buffer(.packed, channels: shape.c), lowering.buffer(shape))
    let mixing = Mixing(source: PointwiseSource(source), region: source.region, target: target)
    lowering.append(
      PackMatrixPass(
        name: subject, destination: packed,
        given: BufferRead(buffer: given.buffer, region: given.region, reach: .whole), matrix: matrix,
        scale: Float(products.scale(of: lowering.shapes[operands[2]])), mixing: mixing))
    lowering.append(MixPass(name: subject, packed: packed, mixing: mixing))
    return ValueLens(buffer: target, region: shape)
  }
}

/// A convolution of one tap that mixes the channels of a source: what both passes know of it.
struct Mixing {
  let source: PointwiseSource
  let region: ValueShape
  /// The buffer that is written.
  let target: Int

  func shape(in scope: PassScope) -> sth_map_conv {
    let written = scope.shape(target)
    var conv = sth_conv2d()
    conv.struct_size = UInt32(MemoryLayout<sth_conv2d>.size)
    (conv.in_c, conv.in_h, conv.in_w) = (Int32(region.c), Int32(region.h), Int32(region.w))
    (conv.out_c, conv.out_h, conv.out_w) = (Int32(written.c), Int32(written.h), Int32(written.w))
    (conv.kernel_h, conv.kernel_w, conv.stride_h, conv.stride_w, conv.upsample) = (1, 1, 1, 1, 1)
    conv.in_relu = source.relu ? 1 : 0
    return sth_map_conv(
      conv: conv, src_format: scope.buffers[source.buffer].format, dst_format: scope.buffers[target].format,
      arithmetic: STH_ARITHMETIC_F32, moments: 0, stuffed: 0)
  }

  func needs(in scope: PassScope) -> sth_map_conv_needs {
    var (shape, needs) = (shape(in: scope), sth_map_conv_needs())
    scope.kernels.pointee.conv_query(&needs, &shape)
    return needs
  }
}

/// Brings a matrix into the form that a convolution reads.
struct PackMatrixPass: Pass {
  let name: String
  let destination: Int
  let given: BufferRead
  let matrix: ProductsGradient.Matrix
  let scale: Float
  let mixing: Mixing

  func reads(writing shape: ValueShape) -> [BufferRead] { [given] }

  func needs(in scope: PassScope) -> PassNeeds {
    PassNeeds(
      units: 1, workspaceBytes: given.region.c * given.region.h * MemoryLayout<Float>.size,
      destinationBytes: Int(mixing.needs(in: scope).packed_bytes))
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    let call = Call(
      kernels: site.kernels, packed: UnsafeMutableRawPointer(site.vector(inBuffer: destination)),
      given: site.map(given.buffer, given.region), matrix: matrix, scale: scale, shape: mixing.shape(in: site.scope),
      workspace: site.workspace, workspaceStride: site.workspaceStride)
    let placed = site.append(call, name: "pack \(name)", units: 1)
    site.follow(placed, \.given, given.buffer)
  }

  struct Call: KernelCall {
    let kernels: UnsafePointer<sth_map_kernels>
    let packed: UnsafeMutableRawPointer
    var given: sth_map
    let matrix: ProductsGradient.Matrix
    let scale: Float
    let shape: sth_map_conv
    let workspace: UnsafeMutableRawPointer?
    let workspaceStride: Int

    static let body: sth_parallel_body = { argument, _, _, worker in
      guard let call = argument?.assumingMemoryBound(to: Call.self),
        let workspace = call.pointee.workspace.map({ $0 + Int(worker) * call.pointee.workspaceStride })
      else { return }
      let dense = workspace.assumingMemoryBound(to: Float.self)
      call.pointee.write(to: dense)
      withUnsafePointer(to: call.pointee.shape) { shape in
        call.pointee.kernels.pointee.conv_pack(call.pointee.packed, dense, nil, shape)
      }
    }

    /// [rows][columns], in row-major order.
    func write(to dense: UnsafeMutablePointer<Float>) {
      let given = MapNumbers(given)
      let isTurned = matrix == .transposed
      let (rows, columns) = isTurned ? (given.height, given.channels) : (given.channels, given.height)
      for i in 0..<rows {
        for j in 0..<columns {
          let number = isTurned ? given[j, i, 0] : given[i, j, 0]
          dense[i * columns + j] = scale * (matrix == .both ? number + given[j, i, 0] : number)
        }
      }
    }
  }
}

/// Mixes the channels of a source by the matrix that has just been packed.
struct MixPass: Pass {
  let name: String
  let packed: Int
  let mixing: Mixing

  var destination: Int { mixing.target }

  func reads(writing shape: ValueShape) -> [BufferRead] {
    mixing.source.reads(mixing.region) + [.coefficients(packed, channels: mixing.region.c)]
  }

  func needs(in scope: PassScope) -> PassNeeds {
    let (needs, region, written) = (mixing.needs(in: scope), mixing.region, scope.shape(mixing.target))
    return PassNeeds(
      units: Int(needs.units), workspaceBytes: Int(needs.workspace_bytes),
      tiling: UnitTiling(
        tileRows: Int(needs.tile_rows), rowTiles: Int(needs.row_tiles), unitTiles: Int(needs.unit_tiles)),
      multiplyAdds: region.c * written.c * region.h * region.w)
  }

  func prepare(in site: inout PlanSite, needs: PassNeeds) {
    var operands = sth_map_conv_operands()
    operands.dst = site.map(destination, site.shape(destination))
    let source = site.source(mixing.source, mixing.region)
    (operands.src, operands.in_scale, operands.in_shift) = (source.map, source.scale, source.shift)
    operands.packed = UnsafeRawPointer(site.vector(inBuffer: packed))
    let call = Conv2DPass.Call(
      kernels: site.kernels, shape: mixing.shape(in: site.scope), operands: operands, workspace: site.workspace,
      workspaceStride: site.workspaceStride)
    let placed = site.append(call, name: name, units: needs.units, multiplyAdds: needs.multiplyAdds)
    site.follow(placed, \.operands.dst, destination)
    site.follow(placed, \.operands.src, mixing.source.buffer)
  }
}
