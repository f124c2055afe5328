import { buildSchema } from "graphql";
import { deprecationHeaders, deprecationsOf, readDeprecation } from "./deprecations.ts";

const NOW = Date.parse("2026-11-22T10:00:00Z");

test("the dates stand in the reason", () => {
  expect(readDeprecation("A.b", "Use c; since 2026-11-22 until 2027-03-31.")).toMatchObject({
    since: "2026-11-22",
    until: "2027-03-31",
  });
  expect(readDeprecation("A.b", "Use c until 2027-02-30")).toMatchObject({ until: null });
  expect(readDeprecation("A.b", "Until when you like")).toMatchObject({ since: null, until: null });
});

test("fields, arguments, input fields and enum values are found by their coordinates", () => {
  const reason = `@deprecated(reason: "until 2027-03-31")`;
  const schema = buildSchema(`
    type Query { a(b: Int ${reason}, c: In): Int ${reason} e: E }
    input In { d: Int ${reason} }
    enum E { F ${reason} G }`);
  expect([...deprecationsOf(schema).keys()].sort()).toEqual([
    "E.F",
    "In.d",
    "Query.a",
    "Query.a(b:)",
  ]);
});

test("headers tell the first day of the earliest, and the end of the one that ends first", () => {
  const used = [
    readDeprecation("A.b", "since 2026-11-01 until 2027-03-31"),
    readDeprecation("A.c", "since 2026-11-20 until 2027-01-31"),
  ];
  expect(deprecationHeaders(used, NOW)).toEqual({
    deprecation: `@${String(Date.parse("2026-11-01T00:00:00Z") / 1_000)}`,
    sunset: "Mon, 01 Feb 2027 00:00:00 GMT",
  });
  expect(deprecationHeaders([readDeprecation("A.b", "old")], NOW)).toEqual({
    deprecation: `@${String(Date.parse("2026-11-22T00:00:00Z") / 1_000)}`,
  });
  expect(deprecationHeaders([], NOW)).toEqual({});
});
