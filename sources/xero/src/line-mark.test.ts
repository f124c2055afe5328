import { parseUomCode } from "@crossdock/domain";
import { toKeyLists } from "./key-lists.ts";
import { markDescription, readDescription } from "./line-mark.ts";

const mark = { orderLineNumber: 10_000, uom: parseUomCode("BX") };

test("a marked description reads back, whatever stands in it", () => {
  for (const description of ["Hex Bolt", "", "Bolt [line 1, EA]", "ends with [line 2, EA] "]) {
    expect(readDescription(markDescription(description, mark))).toEqual({ description, mark });
  }
});

test("a description that is too long gives way to its mark", () => {
  const marked = markDescription("x".repeat(5_000), mark);
  expect(marked).toHaveLength(4_000);
  expect(readDescription(marked).mark).toEqual(mark);
});

test("a description of somebody else has no mark", () => {
  expect(readDescription("Bolt [line 1]")).toEqual({ description: "Bolt [line 1]", mark: null });
});

test("key lists hold every key once, in order, and fit into a URL", () => {
  const guids = Array.from(
    { length: 200 },
    (_, at) => `55d84274-a3da-4829-a7c0-${String(at).padStart(12, "0")}`,
  );
  const lists = toKeyLists(guids);
  expect(lists.flatMap((list) => list.split(","))).toEqual(guids);
  expect(Math.max(...lists.map((list) => encodeURIComponent(list).length))).toBeLessThan(1_700);
  expect(lists.length).toBe(5);
  expect(toKeyLists([])).toEqual([]);
  expect(toKeyLists(["x".repeat(3_000)])).toHaveLength(1);
});
