// Whether an input is all there, by what its container says of its own length.
import CFFmpeg

extension Demuxer {
  /// Whether the bytes of the container show that some are missing at its end; asked when no packet is left. Containers that say
  /// nothing of their length (MPEG-TS, elementary streams, raw frames) cannot show that they were cut between two frames.
  /// - Parameter lastEnd: the byte after the last packet, -1 when unknown.
  func endsTooEarly(lastEnd: Int64) -> Bool {
    guard let bytes = av.pointee.pb, let name = av.pointee.iformat.pointee.name else { return false }
    let position = avio_seek(bytes, 0, SEEK_CUR)
    let size = max(avio_size(bytes), position)
    switch String(cString: name) {
    case "yuv4mpegpipe": return lastEnd >= 0 && position > lastEnd  // nothing follows the last frame
    // An index of 26 bytes or more follows the last frame; less is the head of another frame.
    case "nut": return lastEnd >= 0 && position - lastEnd < 26
    case "mov,mp4,m4a,3gp,3g2,mj2": return indexReaches(beyond: size)
    case "avi": return bytes.pointee.seekable != 0 && riffReaches(beyond: size, bytes)
    default: return false
    }
  }

  /// Whether a sample of a stream in use lies behind the last byte, by the table that MP4 has of all samples.
  private func indexReaches(beyond end: Int64) -> Bool {
    (0..<Int(av.pointee.nb_streams)).contains { number in
      guard let stream = av.pointee.streams[number], stream.pointee.discard != AVDISCARD_ALL else { return false }
      return (0..<avformat_index_get_entries_count(stream)).contains { index in
        guard let entry = avformat_index_get_entry(stream, index) else { return false }
        return entry.pointee.pos + Int64(entry.pointee.size) > end
      }
    }
  }

  /// Whether an AVI's first chunk, whose length follows its name, is longer than the file. Writers that could not seek back leave
  /// the length negative or 0.
  private func riffReaches(beyond end: Int64, _ bytes: UnsafeMutablePointer<AVIOContext>) -> Bool {
    guard avio_seek(bytes, 4, SEEK_SET) == 4 else { return false }
    let length = Int32(bitPattern: avio_rl32(bytes))
    return length > 0 && Int64(length) > end
  }
}
