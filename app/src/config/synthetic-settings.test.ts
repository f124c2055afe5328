import { syntheticSettings } from "./synthetic-settings.ts";

const GIVEN = {
  every: "5m",
  customerNumber: "C10990",
  sku: "NG-10004",
  warehouse: "EAST",
  until: "RELEASED",
};

test("without it there is no synthetic order", () => {
  expect(syntheticSettings.parse(undefined)).toBeUndefined();
});

test("what is left out is one piece, while twenty can be promised, and two minutes for each stage", () => {
  expect(syntheticSettings.parse(GIVEN)).toMatchObject({
    every: 300_000,
    quantity: "1",
    minimumStock: "20",
    patienceSeconds: 120,
  });
});

test.each([
  ["every", "5"],
  ["every", "5s"],
  ["every", "25h"],
  ["quantity", "0"],
  ["quantity", "1.5"],
  ["minimumStock", "-1"],
  ["until", "SHIPPED"],
  ["patienceSeconds", 0],
])("%s is not %s", (name, value) => {
  expect(syntheticSettings.safeParse({ ...GIVEN, [name]: value }).success).toBe(false);
});
