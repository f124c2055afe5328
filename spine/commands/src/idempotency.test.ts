import { canonicalJson, fingerprintOf, parseIdempotencyKey } from "./idempotency.ts";

test("a key has 1 to 255 characters, and is kept as it was given", () => {
  expect(parseIdempotencyKey(" a ")).toBe(" a ");
  expect(parseIdempotencyKey("é".repeat(255))).toHaveLength(255);
  for (const raw of ["", "k".repeat(256), "line\nbreak"]) {
    expect(() => parseIdempotencyKey(raw)).toThrow(/idempotencyKey/);
  }
});

test("canonical JSON does not depend on the order of keys, nor on what is undefined", () => {
  const left = { b: [{ y: 1, x: null }], a: "1.50", c: undefined };
  const right = { a: "1.50", b: [{ x: null, y: 1 }] };
  expect(canonicalJson(left)).toBe('{"a":"1.50","b":[{"x":null,"y":1}]}');
  expect(canonicalJson(right)).toBe(canonicalJson(left));
});

test("a fingerprint tells null from nothing, one order of a list from another, and types of command", () => {
  const of = (type: string, data: unknown) => fingerprintOf({ type, data });
  const prints = [of("a", {}), of("a", { x: null }), of("a", [1, 2]), of("a", [2, 1]), of("b", {})];
  expect(new Set(prints).size).toBe(prints.length);
  expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
});
