import { parseDecimal } from "./decimal.ts";
import { parcelsOf } from "./parcels.ts";
import { parseUomCode, quantity } from "./quantity.ts";

const goods = (pieces: string, weight: string, uom = "KGM") => ({
  pieces: parseDecimal(pieces),
  weight: quantity(parseDecimal(weight), parseUomCode(uom)),
});
const weightsOf = (...all: Parameters<typeof parcelsOf>[0]) =>
  parcelsOf(all)?.map(({ weightGrams }) => weightGrams);

test.each([
  ["what is light goes in one", [goods("3", "0.25")], [750]],
  ["what fills a carton goes in one", [goods("2", "10")], [20_000]],
  [
    "what is more goes in several, the last with the rest",
    [goods("45", "1")],
    [20_000, 20_000, 5_000],
  ],
  ["kinds are packed together", [goods("10", "1.5"), goods("4", "2.5")], [20_000, 5_000]],
  ["pounds are weighed in grams", [goods("1", "10", "LBR")], [4_536]],
  ["what weighs nothing is a parcel", [goods("1", "0.0001")], [1]],
  ["eight cartons are the most", [goods("150", "1")], [...Array<number>(7).fill(20_000), 10_000]],
])("%s", (_what, all, weights) => {
  expect(weightsOf(...all)).toEqual(weights);
});

test("what is heavier than parcels go, is none", () => {
  expect(parcelsOf([goods("151", "1")])).toBeNull();
});

test("what nobody has weighed, or weighed in an unknown unit, is not guessed", () => {
  expect(parcelsOf([goods("1", "1"), { pieces: parseDecimal("1"), weight: null }])).toBeNull();
  expect(parcelsOf([goods("1", "1", "XYZ")])).toBeNull();
});
