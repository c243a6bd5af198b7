// ContactSheet.swift - a photo and what styles make of it, side by side in one picture.

import Video

/// Paints one photo in many styles.
public struct ContactSheet {
  /// The longer side of a panel; a larger photo is made smaller before it is painted.
  static let longestSide = 512
  /// White between panels.
  static let gap = 8

  private let photo: Frame
  private let path: String
  private let services: ComputeServices
  private let resolver: StyleResolver

  /// Reads the photo.
  ///
  /// - Throws: `HostError` of kind input.
  public init(photo path: String, _ services: ComputeServices, _ library: PluginLibrary) throws(HostError) {
    (self.services, resolver, self.path) = (services, StyleResolver(library), path)
    do {
      let frame = try ContactSheet.first(of: path)
      let scale = min(1, Double(ContactSheet.longestSide) / Double(max(frame.width, frame.height)))
      let size = { (side: Int) in max(1, Int((Double(side) * scale).rounded())) }
      let converter = FrameConverter(
        to: try PixelFormat(named: "gbrp"), color: ColorTags(range: .full, matrix: .rgb),
        size: (size(frame.width), size(frame.height)))
      photo = try converter.convert(frame)
    } catch {
      throw HostError(.input, "cannot show styles on \(path): \(error)")
    }
  }

  /// Paints the photo in each style and writes the sheet, in a format by the ending of its name. A style that needs more than its id is
  /// told of and left out; so is one that fails, as a warning.
  ///
  /// - Returns: what is where: the styles' names by rows, nil for the photo itself.
  /// - Throws: `HostError`: output, cancelled, or plugin where no style is left.
  public func draw(_ styles: [StyleListing], to sheet: String, overwrite: Bool) throws(HostError) -> [[String?]] {
    try OutputCheck.check(.path(sheet), source: .path(path), overwrite: overwrite)
    var panels: [(name: String?, frame: Frame)] = [(nil, photo)]
    for style in styles {
      if let needs = style.needs {
        services.log.say(
          .info, "\(style.id) is left out: \(style.plugin) needs \(needs), as in -s \(style.id):\(needs)")
        continue
      }
      do {
        panels.append((style.id, try painted(in: style)))
      } catch let error as HostError where error.kind == .cancelled {
        throw error
      } catch {
        services.log.say(.warning, "\(style.id) is left out: \(error)")
      }
    }
    guard panels.count > 1 else { throw HostError(.plugin, "there is nothing to show: not one style paints \(path)") }
    let columns = ContactSheet.columns(panels.count)
    do {
      try MediaWriter.writePicture(picture(of: panels.map(\.frame), columns: columns), to: sheet, overwrite: overwrite)
    } catch let error as VideoError {
      throw HostError(error)
    } catch {
      throw HostError(.output, "cannot write \(sheet): \(error)")
    }
    return stride(from: 0, to: panels.count, by: columns).map { first in
      panels[first..<min(first + columns, panels.count)].map(\.name)
    }
  }

  /// As many columns as rows, or one more.
  static func columns(_ count: Int) -> Int { Int(Double(count).squareRoot().rounded(.up)) }

  private static func first(of path: String) throws -> Frame {
    var options = InputOptions()
    options.frameLimit = 1
    let reader = try MediaReader(.path(path), options: options)
    while let event = try reader.next() {
      if case .frame(let frame) = event { return frame }
    }
    throw VideoError.input("there is no picture in it")
  }

  /// A panel: what a style makes of the photo, in the photo's size.
  private func painted(in style: StyleListing) throws -> Frame {
    // The path: a plugin may have the style's name.
    let resolved = try resolver.resolve(StyleSpec(name: style.path))
    let lanes = try StyleLanes([resolved], services, mode: .latency, precision: .f32, isLive: false)
    let size = try lanes.prepare(h: photo.height, w: photo.width, frameRate: nil, isPicture: true)
    let output = StyleLanes.Output(size: size, pixelFormat: photo.pixelFormat, color: photo.color)
    guard let stylist = lanes.stylists(output, frameRate: nil, times: StageTimes()).first else {
      throw StyleChain.notReady
    }
    let frame = try stylist.stylize(photo, at: FrameMoments().next(photo))
    return try FrameConverter(to: photo.pixelFormat, color: photo.color, size: (photo.width, photo.height))
      .convert(frame)
  }

  /// Panels in rows on white.
  private func picture(of panels: [Frame], columns: Int) throws -> Frame {
    let (h, w) = (photo.height + ContactSheet.gap, photo.width + ContactSheet.gap)
    let rows = (panels.count + columns - 1) / columns
    let pool = try FramePool(
      width: columns * w + ContactSheet.gap, height: rows * h + ContactSheet.gap, pixelFormat: photo.pixelFormat)
    let sheet = try pool.next()
    sheet.color = photo.color
    for index in 0..<sheet.planeCount {
      try sheet.withMutablePlane(index) { paper in
        for y in 0..<paper.height {
          (paper.base + y * paper.strideBytes).initializeMemory(as: UInt8.self, repeating: 255, count: paper.width)
        }
        for (number, panel) in panels.enumerated() {
          let (top, left) = (number / columns * h + ContactSheet.gap, number % columns * w + ContactSheet.gap)
          try panel.withPlane(index) { plane in
            for y in 0..<plane.height {
              (paper.base + (top + y) * paper.strideBytes + left)
                .copyMemory(from: plane.base + y * plane.strideBytes, byteCount: plane.width)
            }
          }
        }
      }
    }
    return sheet
  }
}
