// KernelLevels.swift - the tables that the tests of this folder walk: every level this machine can run.
import Kernels
import PluginAPI
import Testing

/// A kernel table under test, printed by its name in test results.
struct KernelLevel: CustomTestStringConvertible, Sendable {
  let level: UInt32

  var table: sth_kernels {
    var table = sth_kernels()
    sth_kernels_fill(&table, level)
    return table
  }

  var testDescription: String { String(cString: table.cpu_name) }

  static let all: [KernelLevel] = runnable.map(KernelLevel.init(level:))

  /// Levels as numbers, lowest first.
  static let runnable: [UInt32] = (0...sth_cpu_level_best()).filter { sth_cpu_level_runs($0) != 0 }
}
