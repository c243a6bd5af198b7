// GemmTests.swift - matrix products against double precision.
import Glibc
import Kernels
import PluginAPI
import Testing

@Suite struct GemmTests {
  /// m, n, k around register blocks and with empty sides.
  static let shapes: [(Int, Int, Int)] = [
    (1, 1, 1), (1, 17, 3), (3, 1, 5), (2, 3, 1), (7, 15, 31), (8, 16, 32), (9, 17, 33), (33, 65, 129), (64, 64, 64),
    (0, 4, 3), (4, 0, 3), (4, 3, 0),
  ]

  @Test("c = a b and c += a b agree with double precision within 2 k + 1 roundings", arguments: KernelLevel.all)
  func agreesWithOracle(level: KernelLevel) {
    for (m, n, k) in Self.shapes {
      for (accumulate, gap) in [(false, 0), (true, 3)] {
        var random = SeededValues(seed: 5)
        let a = GuardedPlanes(c: 1, h: m, w: k, misaligned: 1, gap: gap)
        let b = GuardedPlanes(c: 1, h: k, w: n, misaligned: 3, gap: gap)
        let c = GuardedPlanes(c: 1, h: m, w: n, misaligned: 5, gap: gap)
        a.fill { random.next() }
        b.fill { random.next() }
        if accumulate { c.fill { random.next() } }
        let start = accumulate ? c.values : []
        withExtendedLifetime((a, b, c)) {
          level.table.gemm_f32(
            c.planes.data, a.planes.data, b.planes.data, Int64(m), Int64(n), Int64(k), c.planes.h_stride,
            a.planes.h_stride, b.planes.h_stride, accumulate ? 1 : 0)
        }
        #expect(c.guardsIntact)
        for i in 0..<m {
          for j in 0..<n {
            var sum = accumulate ? Double(start[i * n + j]) : 0
            var magnitude = abs(sum)
            for l in 0..<k {
              let term = Double(a[0, i, l]) * Double(b[0, l, j])
              sum += term
              magnitude += abs(term)
            }
            let bound = Double(2 * k + 1) * 0x1p-24 * magnitude
            #expect(abs(Double(c[0, i, j]) - sum) <= bound, "\(m)x\(n)x\(k) at \(i),\(j)")
          }
        }
      }
    }
  }

  @Test("products on several threads at once do not disturb each other", arguments: KernelLevel.all)
  func runsOnSeveralThreads(level: KernelLevel) async {
    func product(_ seed: UInt64) -> [UInt32] {
      var random = SeededValues(seed: seed)
      let a = random.array(40 * 70)
      let b = random.array(70 * 90)
      var c = [Float](repeating: 0, count: 40 * 90)
      level.table.gemm_f32(&c, a, b, 40, 90, 70, 90, 70, 90, 0)
      return c.map(\.bitPattern)
    }
    let alone = (0..<4).map { product(UInt64($0)) }
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<4 {
        group.addTask { (0..<50).allSatisfy { _ in product(UInt64(task)) == alone[task] } }
      }
      for await same in group { #expect(same) }
    }
  }

  @Test("OpenBLAS multiplies on the calling thread, whichever of its builds the system has")
  func threads() throws {
    // On a machine without OpenBLAS' levels there is nothing to ask.
    guard let best = KernelLevel.all.last, best.table.cpu_level >= STH_CPU_AVX2 else { return }
    let symbol = try #require(dlsym(nil, "openblas_get_num_threads"))
    let threads = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
    #expect(threads() == 1)
  }
}
