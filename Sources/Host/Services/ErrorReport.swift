// ErrorReport.swift - the caller-owned sth_error of the contract, read.

import Foundation
import PluginAPI

extension sth_error {
  /// An error ready to be handed to a callee.
  static func empty() -> sth_error {
    var error = sth_error()
    error.struct_size = UInt32(MemoryLayout<sth_error>.size)
    return error
  }

  /// The callee's text as one line, whatever it wrote; empty where it wrote nothing.
  var text: String {
    withUnsafeBytes(of: message) { bytes in
      let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
      let line = String(decoding: bytes[..<end], as: UTF8.self)
      return line.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
  }
}

enum ErrorReport {
  /// What a status means where the callee left no text.
  static func meaning(of status: sth_status) -> String {
    switch status {
    case STH_ERROR_UNSUPPORTED: return "it does not support this"
    case STH_ERROR_INVALID_ARGUMENT: return "it says the host broke the contract"
    case STH_ERROR_NO_MEMORY: return "there is not enough memory"
    case STH_ERROR_MISSING_EXTENSION: return "it needs a service that this host does not offer"
    case STH_ERROR_BAD_WEIGHTS: return "the model file cannot be used"
    case STH_ERROR_BAD_PARAMETER: return "a parameter cannot be used"
    case STH_ERROR_CANCELLED: return "it was cancelled"
    case STH_ERROR_INTERNAL: return "an error inside the plugin, please report it to its maker"
    default: return "it returned the unknown status \(status)"
    }
  }
}
