import { parse } from "graphql";
import { isRootConditional, refuseConditionalRoots } from "./root-condition.ts";

const MAX_TOKENS = 5_000;

test.each([
  "subscription ($w: Boolean!) { changed @include(if: $w) { id } }",
  "subscription ($w: Boolean!) { ... @skip(if: $w) { changed { id } } }",
  "subscription ($w: Boolean!) { ...F } fragment F on Subscription { changed @include(if: $w) { id } }",
  "query Q { a } subscription S($w: Boolean!) { changed @include(if: $w) { id } }",
])("a condition at the root of a subscription is refused: %s", (query) => {
  expect(() => {
    refuseConditionalRoots(query, MAX_TOKENS);
  }).toThrow(/no @skip and no @include/);
});

test.each([
  "subscription ($w: Boolean!) { changed { id @include(if: $w) } }",
  "query ($w: Boolean!) { subscription @include(if: $w) }",
  "subscription { changed @include(",
  undefined,
])("whatever else is sent is left to those who read it: %s", (query) => {
  expect(() => {
    refuseConditionalRoots(query, MAX_TOKENS);
  }).not.toThrow();
});

test("fragments that spread each other twice are looked at once each", () => {
  const levels = 60;
  const fragments = Array.from({ length: levels }, (_none, at) => {
    const next = `F${String((at + 1) % levels)}`;
    return `fragment F${String(at)} on Subscription { ...${next} ...${next} }`;
  });
  const document = parse(`subscription { ...F0 } ${fragments.join(" ")}`);
  const [operation] = document.definitions;
  if (operation?.kind !== "OperationDefinition") throw new Error("There is no operation.");
  expect(isRootConditional(document, operation.selectionSet)).toBe(false);
});
