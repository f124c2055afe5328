import { inRows, timeScale } from "./time-scale.ts";

const span = (startMs: number, endMs = startMs) => ({ startMs, endMs });

test("true to time, an instant lies where its share of the time is", () => {
  const { place, breaks } = timeScale([span(0, 100), span(900, 1_000)], false);
  expect([0, 50, 500, 1_000].map(place)).toEqual([0, 0.05, 0.5, 1]);
  expect(breaks).toEqual([]);
});

test("a long pause is shortened to what the steps leave of the width, and told", () => {
  const { place, breaks } = timeScale([span(0, 100), span(3_600_000, 3_600_100)], true);
  expect(place(0)).toBe(0);
  expect(place(100)).toBeCloseTo(0.25);
  expect(place(3_600_000)).toBeCloseTo(0.75);
  expect(place(3_600_100)).toBe(1);
  expect(breaks).toEqual([{ at: 0.5, ms: 3_599_900 }]);
});

test("order is kept, whatever is shortened", () => {
  const spans = [span(0), span(5, 9), span(8, 20), span(10_000), span(10_001), span(99_999)];
  const { place } = timeScale(spans, true);
  const places = spans.map(({ startMs }) => place(startMs));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(places.every((each) => each >= 0 && each <= 1)).toBe(true);
});

test("a single instant has a place", () => {
  expect(timeScale([span(7)], true).place(7)).toBe(0);
});

test("what overlaps is laid below each other, what does not shares a row", () => {
  const placed = [
    { item: "a", left: 0, right: 0.5 },
    { item: "b", left: 0.2, right: 0.3 },
    { item: "c", left: 0.32, right: 0.4 },
    { item: "d", left: 0.52, right: 0.6 },
  ];
  expect(inRows(placed, 0.01).map(({ item, row }) => [item, row])).toEqual([
    ["a", 0],
    ["b", 1],
    ["c", 1],
    ["d", 0],
  ]);
});
