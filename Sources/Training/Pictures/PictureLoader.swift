// Reads one picture: decode, scale, cut.
import Video
import Weights

/// From a file, or a moment of a video, to planes of numbers.
enum PictureLoader {
  /// The square that `cut` makes of the picture, with its draws.
  static func load(_ place: ContentPlace, _ cut: PictureCut, _ draws: inout SplitMix64) throws(TrainingError) -> Picture
  {
    let frame = try read(place)
    guard let size = cut.scaled(width: frame.width, height: frame.height, &draws) else {
      throw TrainingError(.input, "\(place) is \(frame.width)x\(frame.height), too long and narrow to learn from")
    }
    let (x, y, isMirrored) = cut.place(width: size.width, height: size.height, &draws)
    let picture = try part(frame, scaledTo: size, x: x, y: y, height: cut.size, width: cut.size)
    return isMirrored ? picture.mirrored() : picture
  }

  /// The whole picture, its longer side brought to `longerSide`; nil leaves it as it is.
  static func load(path: String, longerSide: Int? = nil) throws(TrainingError) -> Picture {
    let frame = try read(ContentPlace(path: path, seconds: nil))
    var (width, height) = (frame.width, frame.height)
    if let longerSide {
      let longer = max(width, height)
      width = max(1, (width * longerSide + longer / 2) / longer)
      height = max(1, (height * longerSide + longer / 2) / longer)
    }
    return try part(frame, scaledTo: (width, height), x: 0, y: 0, height: height, width: width)
  }

  private static func read(_ place: ContentPlace) throws(TrainingError) -> Video.Frame {
    var options = InputOptions()
    options.start = place.seconds
    options.frameLimit = 1
    options.threads = 1
    do throws(VideoError) {
      let reader = try MediaReader(.path(place.path), options: options)
      while let event = try reader.next() { if case .frame(let frame) = event { return frame } }
    } catch {
      throw TrainingError(error)
    }
    throw TrainingError(.input, "cannot read \(place): there is no picture in it")
  }

  private static func part(
    _ frame: Video.Frame, scaledTo size: (width: Int, height: Int), x: Int, y: Int, height: Int, width: Int
  ) throws(TrainingError) -> Picture {
    do {
      let converter = FrameConverter(to: try Picture.pixelFormat, size: size)
      return try Picture(try converter.convert(frame), x: x, y: y, height: height, width: width)
    } catch let error as VideoError {
      throw TrainingError(error)
    } catch {
      throw TrainingError(.input, "cannot use a picture: \(error)")
    }
  }
}
