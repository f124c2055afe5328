import { refuseDeepInput } from "./input-depth.ts";

const MAX_LEVELS = 5;
const nested = (levels: number): unknown =>
  JSON.parse(`${'{"a":['.repeat(levels)}1${"]}".repeat(levels)}`);

test.each([
  [undefined],
  [null],
  ["text"],
  [{}],
  [{ input: { lines: [{ sku: "a" }] } }],
  [[[[[["as deep as allowed"]]]]]],
])("what is nested no deeper than it may be passes: %j", (variables) => {
  expect(() => {
    refuseDeepInput({ variables }, MAX_LEVELS);
  }).not.toThrow();
});

test.each(["variables", "extensions"])("deep %s are refused, however deep", (part) => {
  for (const levels of [3, 50_000]) {
    expect(() => {
      refuseDeepInput({ [part]: nested(levels) }, MAX_LEVELS);
    }).toThrow(`${part} "too deep" is not valid: expected at most 5 levels of lists and objects.`);
  }
});
