import type { ExceptionRow } from "../../live/exceptions.ts";
import { chooseRows, readSelection, writeSelection } from "./choose-rows.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const row = (id: string, changes: Partial<ExceptionRow> = {}): ExceptionRow => ({
  id,
  class: "MASTER_DATA",
  code: "ITEM_BLOCKED",
  summary: "Item NG-1 is blocked.",
  owner: "masterData",
  openedAt: `2026-11-22T10:0${id}:00.000Z`,
  dueAt: `2026-11-22T14:0${id}:00.000Z`,
  assignee: null,
  ...changes,
});
const rows = [
  row("1"),
  row("2", { class: "TECHNICAL", code: "IN_DOUBT", owner: "operator", assignee: "Kim" }),
  row("3", { dueAt: "2026-11-22T11:00:00.000Z", subject: { typename: "Order", id: "7K3QF9" } }),
];
const idsOf = (query: Readonly<Record<string, string>>) =>
  chooseRows(rows, readSelection(query), NOW).map(({ id }) => id);

test.each([
  [{}, ["3", "1", "2"]],
  [{ sort: "newest" }, ["3", "2", "1"]],
  [{ sort: "oldest" }, ["1", "2", "3"]],
  [{ sort: "class" }, ["3", "1", "2"]],
  [{ class: "TECHNICAL" }, ["2"]],
  [{ owner: "masterData", code: "ITEM_BLOCKED" }, ["3", "1"]],
  [{ overdue: "yes" }, ["3"]],
  [{ assignee: "nobody" }, ["3", "1"]],
  [{ assignee: "Kim" }, ["2"]],
  [{ q: "7k3q blocked" }, ["3"]],
  [{ q: "blocked absent" }, []],
])("a selection %j chooses %j, in its order", (query, ids) => {
  expect(idsOf(query)).toEqual(ids);
});

test("what is selected stands in the address, and comes back from it", () => {
  const query = { q: "x", class: "TECHNICAL", overdue: "yes", sort: "oldest" };
  expect(readSelection(writeSelection(readSelection(query)))).toEqual(readSelection(query));
  expect(readSelection({ sort: "sideways" }).sort).toBe("due");
});

test("ten thousand are chosen from and ordered within a frame or two", () => {
  const many = Array.from({ length: 10_000 }, (_each, index) =>
    row(String(index), { dueAt: new Date(NOW + ((index * 7_919) % 10_000)).toISOString() }),
  );
  const begun = performance.now();
  expect(chooseRows(many, readSelection({ q: "blocked" }), NOW)).toHaveLength(10_000);
  expect(performance.now() - begun).toBeLessThan(500);
});
