import { z } from "zod";
import {
  boundedCount,
  connectionOf,
  datePosition,
  decodePosition,
  encodePosition,
  instantPosition,
  MAX_TOTAL_COUNT,
  parseFirst,
} from "./connection.ts";

const shape = z.object({ key: z.string(), id: z.string() });

test.each([
  ["an instant", instantPosition, "2026-11-21T08:00:00.000Z"],
  ["a date", datePosition, "0001-01-01"],
])(
  "a cursor of a list by %s holds one, and nothing that a database would not read",
  (_of, of, key) => {
    expect(decodePosition(encodePosition({ key, id: "a" }), of)).toEqual({ key, id: "a" });
    const wrong = [
      { key: "yesterday", id: "a" },
      { key: `0000${key.slice(4)}`, id: "a" },
      { key: key.replace(/^\d{4}-\d\d/, "2026-13"), id: "a" },
      { key, id: "a\u0000" },
      { key, id: "" },
      { key, id: "a", sort: "OTHER" },
    ];
    for (const position of wrong) {
      expect(() => decodePosition(encodePosition(position), of)).toThrow(/after .* is not valid/);
    }
  },
);

test("a count ends at its bound, and says so", async () => {
  const countOf = (there: number) => (atMost: number) => Promise.resolve(Math.min(there, atMost));
  expect(await boundedCount(countOf(MAX_TOTAL_COUNT))).toBe(MAX_TOTAL_COUNT);
  expect(await boundedCount(countOf(1_000_000))).toBeNull();
});

test("a cursor reads back as the position that it was made of", () => {
  const position = { key: "2026-11-21T08:00:00.000Z", id: "ÄÖ/7" };
  expect(decodePosition(encodePosition(position), shape)).toEqual(position);
  expect(decodePosition(null, shape)).toBeNull();
});

test("a cursor that is not ours is the caller's mistake", () => {
  const foreign = ["", "x", "%%%", encodePosition({ key: 1, id: "a" }), "a".repeat(5_000)];
  for (const cursor of foreign) {
    expect(() => decodePosition(cursor, shape)).toThrow(/after .* is not valid/);
  }
});

test("first is 1 to the limit", () => {
  expect(parseFirst(100)).toBe(100);
  for (const first of [0, -1, 101, null, undefined]) {
    expect(() => parseFirst(first)).toThrow(/first .* is not valid: expected 1 to 100/);
  }
});

test("a connection says where its page begins, ends and whether there is more", () => {
  const page = { hasNextPage: true, after: "c0", totalCount: () => 3 };
  const rows = ["a", "b"].map((id) => ({ node: { id }, position: { id } }));
  const { edges, pageInfo } = connectionOf({ ...page, rows });
  expect(edges.map(({ node }) => node.id)).toEqual(["a", "b"]);
  expect(pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: true,
    startCursor: edges[0]?.cursor,
    endCursor: edges[1]?.cursor,
  });
  expect(connectionOf({ ...page, rows: [], after: null }).pageInfo).toMatchObject({
    hasPreviousPage: false,
    startCursor: null,
    endCursor: null,
  });
});
