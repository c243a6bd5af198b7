// Which pictures there are to learn from: files, folders of files, moments of videos.
import Foundation
import Video
import Weights

/// One picture, not yet read.
public struct ContentPlace: Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// Where in a video; nil for a picture.
  public let seconds: Double?

  /// A name for messages.
  public var description: String {
    guard let seconds else { return path }
    return "\(path) at \(String(format: "%.2f", seconds)) s"
  }
}

/// All pictures below the given paths, in an order that depends on nothing but their names.
public struct ContentList: Sendable {
  /// At least one.
  public let places: [ContentPlace]

  /// A number that is another one for other places.
  var digest: UInt64 {
    var draws = SplitMix64(seed: 0, name: places.map { "\($0)\n" }.joined())
    return draws.next()
  }

  /// Endings of what is taken out of folders; a file that is named itself may be called anything.
  static let pictureEndings: Set<String> = [
    "jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "ppm", "pgm", "tga", "jp2", "avif",
  ]
  static let videoEndings: Set<String> = ["mp4", "mkv", "mov", "webm", "avi", "m4v", "mpg", "mpeg", "ts", "y4m", "nut"]

  /// Seconds between two frames that are taken of a video, at least, and the most that are taken of one.
  private static let spacing = 0.5
  private static let mostFrames = 1000

  /// Lists files, what lies anywhere below folders, and frames of videos spread over their length.
  /// - Parameter warn: is told of each video that cannot be read.
  /// - Throws: `input` for a path that is not there, and where there is not one picture.
  public init(_ paths: [String], warn: (String) -> Void) throws(TrainingError) {
    var places: [ContentPlace] = []
    for path in paths {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw TrainingError(.input, "cannot read \(path): there is no such file or folder")
      }
      if isFolder.boolValue {
        var seen: Set<String> = []
        for file in Self.files(below: path, &seen).sorted() { places += Self.places(of: file, warn) }
      } else {
        places += Self.places(of: path, warn)
      }
    }
    guard !places.isEmpty else {
      let names = paths.joined(separator: ", ")
      throw TrainingError(.input, "there is no picture to learn from in \(names): give a folder of photos, or a video")
    }
    self.places = places
  }

  /// Pictures and videos anywhere below a folder, also where links lead; `seen` are the folders that have been looked into.
  private static func files(below folder: String, _ seen: inout Set<String>) -> [String] {
    // A link may lead to a folder above it.
    guard seen.insert((folder as NSString).resolvingSymlinksInPath).inserted else { return [] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().flatMap { name in
      let path = "\(folder)/\(name)"
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [String]() }
      return isFolder.boolValue ? files(below: path, &seen) : kind(of: name) == nil ? [] : [path]
    }
  }

  private static func kind(of path: String) -> String? {
    let ending = (path as NSString).pathExtension.lowercased()
    return pictureEndings.contains(ending) || videoEndings.contains(ending) ? ending : nil
  }

  /// A picture is listed unread; a video is opened to learn how long it is.
  private static func places(of path: String, _ warn: (String) -> Void) -> [ContentPlace] {
    if let kind = kind(of: path), pictureEndings.contains(kind) { return [ContentPlace(path: path, seconds: nil)] }
    do throws(VideoError) {
      var options = InputOptions()
      options.threads = 1
      let info = try MediaReader(.path(path), options: options).info
      guard !info.isPicture, let duration = info.duration, duration > spacing else {
        return [ContentPlace(path: path, seconds: nil)]
      }
      let count = min(mostFrames, Int(duration / spacing))
      // In the middle of equal parts: the first frame of a video is often black, and the last cannot be sought.
      return (0..<count).map {
        ContentPlace(path: path, seconds: (Double($0) + 0.5) * duration / Double(count))
      }
    } catch {
      warn("\(error.description); it is left out")
      return []
    }
  }
}
