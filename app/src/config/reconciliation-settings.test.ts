import { reconciliationSettings } from "./reconciliation-settings.ts";

test("nothing is compared by itself where nothing is said", () => {
  expect(reconciliationSettings.parse(undefined)).toEqual({
    days: 30,
    billedWithinHours: 24,
    keepDays: 400,
    autoRepair: [],
  });
});

test.each([
  [{ inventory: "every night" }, "inventory"],
  [{ status: "0 0 30 2 *" }, "status"],
  [{ autoRepair: ["everything"] }, "autoRepair"],
  [{ days: 0 }, "days"],
  [{ stock: "0 2 * * *" }, ""],
])("%j is refused where it stands", (settings, place) => {
  const { error } = reconciliationSettings.safeParse(settings);
  expect(error?.issues[0]?.path[0] ?? "").toBe(place);
});
