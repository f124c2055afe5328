import { counted, duration, instant, milliseconds, words } from "./words.ts";

test.each([
  [0, "0 s"],
  [0.371, "371 ms"],
  [59.9, "59 s"],
  [60, "1 m"],
  [750, "12 m 30 s"],
  [12_000, "3 h 20 m"],
  [86_400, "1 d"],
  [187_200, "2 d 4 h"],
  [-5, "0 s"],
])("%d seconds read as %s", (seconds, text) => {
  expect(duration(seconds)).toBe(text);
});

test("names of the schema read as words", () => {
  expect(words("UNKNOWN_OUTCOME")).toBe("Unknown outcome");
  expect(words("masterData")).toBe("Master data");
});

test("figures and instants", () => {
  expect(milliseconds(12.4)).toBe("12 ms");
  expect(milliseconds(2_500)).toBe("2.5 s");
  expect(milliseconds(65_000)).toBe("1 m 5 s");
  expect(counted(1, "exception")).toBe("1 exception");
  expect(counted(12_000, "exception")).toBe("12,000 exceptions");
  expect(instant("2026-11-22T08:15:30.123Z")).toBe("2026-11-22 08:15:30 UTC");
});
