// PrecisionChooser.swift - --precision auto: what a style is to compute in, from memory or by trying.

import Foundation
import Graph

struct PrecisionChooser {
  private let services: ComputeServices
  private let cache: PrecisionCache

  init(_ services: ComputeServices, cache: PrecisionCache = PrecisionCache()) {
    self.services = services
    self.cache = cache
  }

  /// The styles, each with the precision that is wished for.
  ///
  /// - Parameter h: and `w`: of the stream.
  /// - Throws: `HostError` where one does not run.
  func chosen(_ wish: PrecisionWish, for styles: [ResolvedStyle], h: Int, w: Int) throws(HostError) -> [ResolvedStyle] {
    var styles = styles
    for index in styles.indices {
      styles[index].precision = wish == .auto ? try choose(for: styles[index], h: h, w: w) : wish.precision
    }
    return styles
  }

  /// The fastest precision that keeps the picture of a style. Says what it has measured.
  ///
  /// - Parameter h: and `w`: of the stream.
  /// - Throws: `HostError` where the style does not run.
  func choose(for style: ResolvedStyle, h: Int, w: Int) throws(HostError) -> ComputePrecision {
    let size = try style.options.size.applied(h: h, w: w, of: style.plugin.info.id)
    let side = PrecisionChooser.side(h: size.h, w: size.w)
    let key = PrecisionChooser.key(style, side: side, level: services.cpuLevelName)
    if let known = cache.trial(for: key) {
      services.log.say(.debug, "precision of \(style.shortName): \(known.choice.rawValue), as measured before")
      return known.choice
    }
    let trial = try PrecisionTrial(of: style, side: side, services)
    let isKept = cache.remember(trial, for: key)
    let once = isKept ? "measured once" : "measured each time: cannot write \(cache.file.path)"
    services.log.say(.info, "precision of \(style.shortName): \(trial.choice.rawValue) (\(trial.words), \(once))")
    return trial.choice
  }

  /// Side of the square that stands for a size: what is fastest depends on it a little.
  static func side(h: Int, w: Int) -> Int {
    [512, 256].first { $0 * $0 <= h.multipliedReportingOverflow(by: w).partialValue } ?? 128
  }

  /// All that decides on the outcome: program, CPU level, size, plugin, values, and the files that values name.
  static func key(_ style: ResolvedStyle, side: Int, level: String) -> String {
    var parts = [HostVersion.text, identity(ProgramFiles.executable), level, "\(side)"]
    parts += [style.plugin.info.id, style.plugin.info.version, style.plugin.path, identity(style.plugin.path)]
    for (parameter, value) in zip(style.values.parameters, style.values.values) {
      parts.append("\(parameter.key)=\(value)")
      switch value {
      case .text(let path?) where parameter.kind == .path: parts += [absolute(path), identity(path)]
      case .picture(let path?): parts += [absolute(path), identity(path)]
      case .pictures(let paths): for path in paths { parts += [absolute(path), identity(path)] }
      default: break
      }
    }
    return parts.joined(separator: "|")
  }

  private static func absolute(_ path: String) -> String {
    path.hasPrefix("/") ? path : PathText.join(FileManager.default.currentDirectoryPath, path)
  }

  /// Size and time of the last change of a file.
  private static func identity(_ path: String) -> String {
    ScanCache.Identity(path: path).map { "\($0.size),\($0.changed)" } ?? "none"
  }
}

extension ResolvedStyle {
  /// What a person would call it: the model's file, or the plugin.
  var shortName: String {
    for (parameter, value) in zip(values.parameters, values.values) {
      if parameter.isModel, case .text(let path?) = value { return PathText.lastPart(path) }
    }
    return plugin.info.id
  }
}
