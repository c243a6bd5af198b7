// The reader of structure in metadata: what JSON is, what is not, and text that would nest without end.
import Testing

@testable import Networks

@Suite("JSON in metadata")
struct JSONValueTests {
  @Test("Values, escapes and surrogate pairs are read")
  func values() {
    let text = #" {"a": [1, -2.5e3, true, false, null], "b\u0041\n\"": "\ud83d\ude00\/", "c": {}, "d": [] } "#
    let expected = JSONValue.object([
      "a": .list([.number(1), .number(-2500), .bool(true), .bool(false), .null]), "bA\n\"": .text("😀/"),
      "c": .object([:]), "d": .list([]),
    ])
    #expect(JSONValue(text) == expected)
    #expect(JSONValue(text)?["a"]?.list?[1].number == -2500)
    #expect(JSONValue(text)?["e"] == nil && JSONValue("7")?["a"] == nil)
  }

  @Test(
    "What is no JSON is nothing",
    arguments: [
      "", "{", "[1,]", "[1 2]", "{\"a\":}", "{\"a\" 1}", "{1:2}", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud83d\"",
      "\"\\ud83d \\ude00\"", "nul",
      "1-2",
      "1 1", "\"\u{1}\"", "inf", "nan",
    ])
  func refusals(text: String) { #expect(JSONValue(text) == nil) }

  @Test("Nesting has an end")
  func depth() {
    let (deep, deeper) = (150, 100_000)
    #expect(JSONValue(String(repeating: "[", count: deep) + String(repeating: "]", count: deep)) != nil)
    #expect(JSONValue(String(repeating: "[", count: deeper) + String(repeating: "]", count: deeper)) == nil)
  }
}
