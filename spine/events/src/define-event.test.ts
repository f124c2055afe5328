import { orderSubject, parseOrderId, parseSku, stockSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineEvent, earlierVersion } from "./define-event.ts";
import { InvalidEventDataError } from "./errors.ts";

const shape = {
  type: "inventory.stockMoved",
  version: 3,
  summary: "Stock moved.",
  owner: "inventory",
  producer: "here.ts",
  subjectKind: "stock",
  data: z.object({ sku: z.string(), from: z.string(), to: z.string() }),
  subjectOf: ({ sku }: { sku: string }) => stockSubject(parseSku(sku)),
} as const;
const first = earlierVersion({
  version: 1,
  data: z.object({ item: z.string(), route: z.string() }),
  upgrade: ({ item, route }) => ({ sku: item, route }),
});
const second = earlierVersion({
  version: 2,
  data: z.object({ sku: z.string(), route: z.string().regex(/^\w+>\w+$/) }),
  upgrade: ({ sku, route }) => {
    const [from, to] = route.split(">");
    return { sku, from, to };
  },
});

test("data of any earlier version is read step by step", () => {
  const moved = defineEvent({ ...shape, earlier: [first, second] });
  const expected = { sku: "A", from: "E", to: "W" };
  expect(moved.read(1, { item: "A", route: "E>W" })).toEqual(expected);
  expect(moved.read(2, { sku: "A", route: "E>W" })).toEqual(expected);
  expect(moved.read(3, expected)).toEqual(expected);
});

test("data that its own version does not fit is refused, and so is a version that nobody reads", () => {
  const moved = defineEvent({ ...shape, earlier: [second] });
  for (const [version, data] of [
    [2, { sku: "A", route: "nowhere" }],
    [2, { item: "A", route: "E>W" }],
    [1, { item: "A", route: "E>W" }],
    [4, { sku: "A", from: "E", to: "W" }],
  ] as const) {
    expect(() => moved.read(version, data)).toThrow(InvalidEventDataError);
  }
});

test("earlier versions without a gap up to the present one are all that a definition takes", () => {
  expect(() => defineEvent({ ...shape, earlier: [first] })).toThrow(RangeError);
  expect(() => defineEvent({ ...shape, earlier: [second, first] })).toThrow(RangeError);
  expect(() => defineEvent({ ...shape, version: 1, earlier: [first] })).toThrow(RangeError);
});

test("an event about another kind of thing than its definition says cannot be made", () => {
  const moved = defineEvent({
    ...shape,
    subjectOf: () => orderSubject(parseOrderId("7K3QF9M2ZT")),
  });
  expect(() => moved.create({ sku: "A", from: "E", to: "W" })).toThrow("about a stock");
});
