// ProbePicture.swift - a picture as nature has them, made of arithmetic: what precisions are compared on.

import Foundation
import PluginAPI

/// Light that falls off, texture at all scales with the energy of photographs (noise whose amplitude halves from octave to
/// octave), colours that change slowly, and things with hard edges in front of it.
enum ProbePicture {
  /// Fills a picture; the same for the same size.
  static func fill(_ image: ImageBuffer, black: Float, white: Float) {
    let (h, w) = (image.h, image.w)
    let scale = 1 / Float(max(h, w))
    for y in 0..<h {
      for x in 0..<w {
        let (u, v) = (Float(x) * scale, Float(y) * scale)
        var light = 0.25 + 0.5 * (1 - v) + 0.9 * (texture(u, v, octaves: 7, seed: 1) - 0.5)
        var tint = (red: texture(u, v, octaves: 2, seed: 2) - 0.5, blue: texture(u, v, octaves: 2, seed: 3) - 0.5)
        for thing in things where (u - thing.x) * (u - thing.x) + (v - thing.y) * (v - thing.y) < thing.r * thing.r {
          light = 0.5 * light + thing.light
          tint = (thing.red, thing.blue)
        }
        let colour = [light + tint.red, light - 0.4 * (tint.red + tint.blue), light + tint.blue]
        for c in 0..<min(3, image.c) {
          image.row(c: c, y: y)[x] = black + min(max(colour[c], 0), 1) * (white - black)
        }
      }
    }
  }

  /// Its place in a film of such pictures.
  static func moment(index: Int) -> FrameMoment {
    var info = sth_frame_info()
    info.struct_size = UInt32(MemoryLayout<sth_frame_info>.size)
    info.index = Int64(index)
    info.pts = Int64(index)
    info.duration = 1
    (info.time_base_num, info.time_base_den) = (1, 25)
    (info.sar_num, info.sar_den) = (1, 1)
    (info.colour_primaries, info.colour_transfer, info.colour_matrix) = (1, 1, 1)
    return FrameMoment(info: info, number: index, seconds: Double(index) / 25)
  }

  /// The picture in 8 bits, plane after plane.
  static func codes(_ image: ImageBuffer, _ range: PixelRange) -> [UInt8] {
    let scale = 255 / (range.white - range.black)
    var codes: [UInt8] = []
    codes.reserveCapacity(image.c * image.h * image.w)
    for c in 0..<image.c {
      for y in 0..<image.h {
        for value in image.row(c: c, y: y) {
          let code = ((value - range.black) * scale).rounded()
          // What is no number counts as black.
          codes.append(code >= 0 ? UInt8(min(code, 255)) : 0)
        }
      }
    }
    return codes
  }

  /// Discs: centre and radius in widths of the picture.
  private static let things: [(x: Float, y: Float, r: Float, light: Float, red: Float, blue: Float)] = [
    (0.28, 0.35, 0.13, 0.35, 0.25, -0.2), (0.66, 0.6, 0.19, 0.05, -0.2, 0.2), (0.8, 0.22, 0.06, 0.6, 0.1, -0.3),
    (0.4, 0.82, 0.09, -0.1, 0.05, 0.05),
  ]

  /// Value noise in 0...1: random values on a lattice, smoothly joined, octave upon octave.
  private static func texture(_ u: Float, _ v: Float, octaves: Int, seed: UInt32) -> Float {
    var (sum, weight, total, cells) = (Float(0), Float(1), Float(0), Float(4))
    for octave in 0..<octaves {
      let (x, y) = (u * cells, v * cells)
      let (column, row) = (x.rounded(.down), y.rounded(.down))
      let (a, b) = (x - column, y - row)
      let (fx, fy) = (a * a * (3 - 2 * a), b * b * (3 - 2 * b))
      let corner = { (dx: Float, dy: Float) in
        lattice(UInt32(column + dx), UInt32(row + dy), seed &+ UInt32(octave) &* 16)
      }
      let upper = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * fx
      let lower = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * fx
      sum += weight * (upper + (lower - upper) * fy)
      total += weight
      weight *= 0.5
      cells *= 2
    }
    return sum / total
  }

  /// A random number in 0...1 for each point of a lattice.
  private static func lattice(_ x: UInt32, _ y: UInt32, _ seed: UInt32) -> Float {
    var bits = x &* 0x9e37_79b1 ^ y &* 0x85eb_ca77 ^ seed &* 0xc2b2_ae3d
    bits = (bits ^ bits >> 15) &* 0x2c1b_3c6d
    bits = (bits ^ bits >> 12) &* 0x297a_2d39
    bits ^= bits >> 15
    return Float(bits >> 8) / Float(1 << 24)
  }
}
