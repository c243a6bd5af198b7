// ExpressionTests.swift - formulas: what they are worth, what they use, and what is none.

import Testing

@testable import Video

@Suite("formulas")
struct ExpressionTests {
  @Test("a formula has the value that its variables give it, and knows which of them it uses")
  func values() throws {
    let formula = try Expression("if(gte(x,w/2),y^2,-1)", variables: ["x", "y", "w", "t"])
    #expect(formula.value([3, 5, 6, 0]) == 25)
    #expect(formula.value([2, 5, 6, 0]) == -1)
    #expect(try Expression(" x\t+ w\n/ 2", variables: ["x", "w"]).value([3, 8]) == 7)
    #expect(["x", "y", "w", "t"].map(formula.uses) == [true, true, true, false])
    #expect(try Expression("1/0", variables: []).value([]) == .infinity)
    #expect(try Expression("0/0", variables: []).value([]).isNaN)
  }

  @Test(
    "what is no formula, and what remembers, waits or may not end, is an error of one line, however it is spaced",
    arguments: [
      "", "x+", "q", "gte(x", "random(1)", "1+st(0,x)", "while(1,1)", "time(0)", "print(x)", "root(x,1)", "taylor(x,1)",
      "whi le(1,1)", "ran dom(0)", "s t(0,x)", "st\t(0,x)", "l\u{b}d(0)", "st\u{301}(0,x)",
    ])
  func mistakes(text: String) {
    let error = #expect(throws: VideoError.self) { try Expression(text, variables: ["x"]) }
    #expect(error?.description.hasPrefix("'\(text)' ") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("a formula of any length and depth is parsed or refused")
  func depth() {
    for text in [
      String(repeating: "(", count: 100_000), String(repeating: "-", count: 100_000),
      String(repeating: "x+", count: 100_000),
    ] {
      #expect(throws: VideoError.self) { try Expression(text, variables: ["x"]) }
    }
  }
}
