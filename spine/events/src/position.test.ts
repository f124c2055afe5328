import {
  decodeCursor,
  encodeCursor,
  InvalidCursorError,
  isAfter,
  laterOf,
  parsePosition,
} from "./position.ts";

test("a cursor decodes to its position", () => {
  for (const text of ["0", "42", "9223372036854775807"]) {
    expect(decodeCursor(encodeCursor(parsePosition(text)))).toBe(text);
  }
});

test("what is no cursor of ours is refused", () => {
  const made = (text: string) => Buffer.from(text).toString("base64url");
  const good = encodeCursor(parsePosition("7"));
  for (const cursor of [
    "",
    "7",
    "%%%",
    `${good} `,
    `${good}=`,
    made("e1:"),
    made("e1:-1"),
    made("e1:07"),
    made("e2:7"),
    made("e1:99999999999999999999"),
  ]) {
    expect(() => decodeCursor(cursor)).toThrow(InvalidCursorError);
  }
});

test("positions compare as numbers, not as text", () => {
  const [nine, ten] = [parsePosition("9"), parsePosition("10")];
  expect(isAfter(ten, nine)).toBe(true);
  expect(isAfter(nine, ten)).toBe(false);
  expect(laterOf(nine, ten)).toBe("10");
});
