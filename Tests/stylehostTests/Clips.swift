// Clips.swift - small clips and the template plugin, made once.

import Foundation

/// A folder with clip.mp4 (50 frames 160x120 H.264 4:2:0 BT.709 limited, AAC), clip.y4m glow.so (the C template's plugin), mischief.so, and the same that says it is stateless as careless.so.
enum Clips {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static let folder: Result<String, Failure> = {
    do {
      let folder = try Program.folder()
      let tags = "-color_range tv -colorspace bt709 -color_primaries bt709 -color_trc bt709"
      let made = try Program.shell(
        """
        ffmpeg -v error -f lavfi -i testsrc2=s=160x120:r=25:d=2 -f lavfi -i sine=d=2 -vf setsar=8/9 -pix_fmt yuv420p -c:v libx264 \
        -preset veryfast \(tags) -c:a aac clip.mp4 && ffmpeg -v error -i clip.mp4 -an -f yuv4mpegpipe clip.y4m && \
        $S plugins new glow --language c && make -s -C glow && cp glow/glow.so . && \
        cc -std=gnu11 -shared -fPIC -fvisibility=hidden -I '\(Program.root.path)/Sources/PluginAPI/include' \
        '\(Program.root.path)/Tests/HostTests/Fixtures/mischief.c' -o mischief.so && \
        cc -std=gnu11 -shared -fPIC -fvisibility=hidden -I '\(Program.root.path)/Sources/PluginAPI/include' \
        -DFLAGS=STH_PLUGIN_STATELESS '\(Program.root.path)/Tests/HostTests/Fixtures/mischief.c' -o careless.so
        """, in: folder)
      guard made.code == 0 else { return .failure(Failure(description: made.words)) }
      return .success(folder)
    } catch {
      return .failure(Failure(description: "\(error)"))
    }
  }()
}
