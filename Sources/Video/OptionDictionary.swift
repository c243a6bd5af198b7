// libav's key=value options with an owner.
import CFFmpeg

/// An AVDictionary that is freed when it goes out of scope. libav takes out of it what it understood.
struct OptionDictionary: ~Copyable {
  var av: OpaquePointer?

  init() {}

  deinit {
    var dictionary = av
    av_dict_free(&dictionary)
  }

  mutating func set(_ key: String, _ value: String) { av_dict_set(&av, key, value, 0) }

  /// Keys that are still there: nobody knew them.
  var keys: [String] {
    var keys: [String] = []
    var entry = av_dict_get(av, "", nil, AV_DICT_IGNORE_SUFFIX)
    while let current = entry {
      if let key = current.pointee.key { keys.append(String(cString: key)) }
      entry = av_dict_get(av, "", current, AV_DICT_IGNORE_SUFFIX)
    }
    return keys
  }
}
