// TimelineFile.swift - reads a timeline from JSON; every mistake is one line that says where it is.

import Foundation

/// The contents of a timeline file: named styles and keyframes, checked as far as the file alone can tell.
public struct TimelineFile: Equatable, Sendable {
  /// The file, for errors.
  let name: String
  /// Styles by name, sorted by it.
  let styles: [(name: String, spec: StyleSpec)]
  /// Keyframes in the order of the file.
  let keyframes: [Keyframe]

  /// The name that stands for the picture as it is.
  static let none = "none"

  /// A larger file is a mistake.
  private static let mostBytes = 64 << 20

  /// Reads a file.
  ///
  /// - Throws: `HostError` of kind usage.
  public init(path: String) throws(HostError) {
    let data: Data
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      data = try handle.read(upToCount: TimelineFile.mostBytes + 1) ?? Data()
    } catch {
      throw HostError(.usage, "cannot read the timeline \(path): \(TimelineFile.reason(error))")
    }
    guard data.count <= TimelineFile.mostBytes else {
      throw HostError(.usage, "the timeline \(path) is larger than \(TimelineFile.mostBytes >> 20) MiB")
    }
    try self.init(data, name: path)
  }

  /// Parses JSON.
  ///
  /// - Throws: `HostError` of kind usage.
  init(_ data: Data, name: String) throws(HostError) {
    self.name = name
    let document: TimelineDocument
    do {
      document = try JSONDecoder().decode(TimelineDocument.self, from: data)
    } catch let error as TimelineFlaw {
      throw HostError(.usage, "\(name): \(error.description)")
    } catch let error as DecodingError {
      throw HostError(.usage, "\(name): \(TimelineFlaw(error, in: data).description)")
    } catch {
      throw HostError(.usage, "\(name): it is no JSON")
    }
    do {
      styles = try document.styles.sorted { $0.key < $1.key }.map { (name, text) in
        if let flaw = TimelineFile.flaw(ofName: name) { throw TimelineFlaw(flaw) }
        do {
          return (name, try StyleSpec(parsing: text))
        } catch {
          throw TimelineFlaw("style '\(name)': \(error)")
        }
      }
      keyframes = try document.keyframes.enumerated().map { try $1.keyframe(number: $0 + 1) }
    } catch let error as TimelineFlaw {
      throw HostError(.usage, "\(name): \(error.description)")
    } catch {
      throw HostError(.usage, "\(name): \(error)")
    }
  }

  /// Whether two files say the same under the same name.
  public static func == (a: TimelineFile, b: TimelineFile) -> Bool {
    a.name == b.name && a.keyframes == b.keyframes
      && a.styles.elementsEqual(b.styles) { $0.name == $1.name && $0.spec == $1.spec }
  }

  private static func flaw(ofName name: String) -> String? {
    if name.isEmpty { return "a style has an empty name" }
    if name == none { return "'\(none)' is the picture as it is: call the style something else" }
    return nil
  }

  private static func reason(_ error: any Error) -> String {
    let error = error as NSError
    let below = error.userInfo[NSUnderlyingErrorKey] as? NSError
    let code = below?.code ?? (error.domain == NSCocoaErrorDomain && error.code == 260 ? Int(ENOENT) : Int(EIO))
    return String(cString: strerror(Int32(truncatingIfNeeded: code)))
  }
}
