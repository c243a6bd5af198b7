// PictureDecoder.swift - a picture file as an image parameter: R'G'B', black 0, white 1.

import Video

enum PictureDecoder {
  /// Decodes the first frame of whatever Video opens.
  ///
  /// - Throws: `HostError` of kind usage, naming the file.
  static func decode(_ path: String, _ services: ComputeServices) throws(HostError) -> ImageBuffer {
    do {
      var options = InputOptions()
      options.frameLimit = 1
      let reader = try MediaReader(.path(path), options: options)
      while let event = try reader.next() {
        guard case .frame(let frame) = event else { continue }
        let image = try ImageBuffer(h: frame.height, w: frame.width)
        try FrameUnpacker(services).unpack(frame, into: image, black: 0, white: 1)
        return image
      }
      throw HostError(.usage, "there is no picture in it")
    } catch {
      throw HostError(.usage, "cannot use \(path) as a picture: \(error)")
    }
  }
}
