import { z } from "zod";
import { editData } from "./edit-data.ts";

const definition = {
  parse: (raw: unknown): unknown =>
    z
      .object({
        id: z.string(),
        memo: z.string().nullable(),
        lines: z.array(z.object({ sku: z.string(), price: z.string().regex(/^\d+$/) })),
      })
      .parse(raw),
  editable: ["memo", "lines.*.price"],
};
const data = { id: "7", memo: "old", lines: [{ sku: "A", price: "1" }] };
const edited = (changes: unknown) => editData(definition, data, changes);

test("what may change is merged, and told by its path", () => {
  expect(edited({ memo: null })).toEqual({
    kind: "edited",
    data: { ...data, memo: null },
    paths: ["memo"],
  });
  expect(edited({ lines: [{ sku: "A", price: "2" }] })).toMatchObject({ paths: ["lines.0.price"] });
});

test.each([
  [{ id: "8" }, ["id"]],
  [{ lines: [{ sku: "B", price: "2" }] }, ["lines.0.sku"]],
  [{ lines: [] }, ["lines"]],
  [{ lines: [{ sku: "A", price: "x" }] }, ["lines.0.price"]],
  [{ memo: "old" }, [""]],
  [{ memo: { a: 1 } }, ["memo"]],
  [{ __proto__: { id: "8" } }, [""]],
  [null, [""]],
  [[1], [""]],
])("%j is refused with its place", (changes, paths) => {
  const result = edited(changes);
  expect(result.kind).toBe("invalid");
  const problems = result.kind === "invalid" ? result.problems : [];
  expect(problems.map(({ path }) => path)).toEqual(paths);
  expect(problems.every(({ reason }) => reason.length > 0)).toBe(true);
});

test("where nothing may be changed, that is said", () => {
  const result = editData({ ...definition, editable: [] }, data, { memo: "new" });
  expect(result).toEqual({
    kind: "invalid",
    problems: [{ path: "memo", reason: "It cannot be changed; what can be is nothing." }],
  });
});
