import type { Choices } from "./choices.ts";

/** A value of JSON, with all that a client can write and nobody means. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const LONG = 20_000;
const DEEP = 3_000;
const MANY = 2_000;

export const HOSTILE_TEXTS = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\uD800",
  "\uFEFF",
  "\u202Eabc",
  "𝕊𝕆-1",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "' OR 1=1 --",
  "'; drop table orders; --",
  "$1",
  "%00",
  "%",
  "..%2f..%2fetc%2fpasswd",
  "../../../etc/passwd",
  "{{7*7}}",
  "${jndi:ldap://x}",
  "<script>alert(1)</script>",
  "\r\nset-cookie: a=b",
  "*/salesOrders(1)",
  "a' and number ne '",
  "NaN",
  "Infinity",
  "-0",
  "1e400",
  "1e-400",
  "0x10",
  "9".repeat(400),
  "1.".padEnd(300, "9"),
  "٣",
  "0000-00-00",
  "9999-12-31T23:59:60Z",
  "2026-02-30",
  "-271821-04-20T00:00:00.000Z",
  "+275760-09-13T00:00:00.001Z",
  "2026-11-21T08:00:00+99:99",
  "eyJhbGciOiJub25lIn0.e30.",
  "x".repeat(LONG),
] as const;

const HOSTILE_NUMBERS = [
  -1, 0, 1.5, -0, 2_147_483_647, 2_147_483_648, -2_147_483_649, 9_007_199_254_740_992, 1e308,
  5e-324,
];

/** Anything at all, whatever was asked for. */
export function hostileValue(choices: Choices): Json {
  return choices.oneOf<() => Json>([
    () => null,
    () => choices.oneOf(HOSTILE_TEXTS),
    () => choices.oneOf(HOSTILE_NUMBERS),
    () => choices.onceIn(2),
    () => [],
    () => ({}),
    () => [null],
    () => [[[]]],
    () => Array.from({ length: MANY }, () => choices.oneOf(HOSTILE_TEXTS.slice(0, 8))),
    // A literal `__proto__:` would set the prototype instead of making a key.
    () => JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"x":1}}}') as Json,
    () => ({ toString: "x", valueOf: null, length: -1, then: "x", toJSON: "x" }),
    () => nested(DEEP, (inner) => [inner]),
    () => nested(DEEP, (inner) => ({ a: inner })),
  ])();
}

function nested(levels: number, wrap: (inner: Json) => Json): Json {
  let value: Json = null;
  for (let level = 0; level < levels; level += 1) value = wrap(value);
  return value;
}
