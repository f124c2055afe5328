import { GraphQLError } from "graphql";
import { MAX_TOLD_PLACES, tellEntityErrors } from "./fetch-errors.ts";

function tell(count: number, errors: readonly GraphQLError[]): GraphQLError[] {
  return tellEntityErrors({
    errors,
    subgraph: "catalogue",
    at: ["orders", "@", "product"],
    data: { orders: Array.from({ length: count }, () => ({ product: {} })) },
    slots: Array.from({ length: count }, () => 0),
  });
}

test("an error about a representation is told wherever it was used, by place", () => {
  const errors = ["name", "size"].map(
    (field) => new GraphQLError(`no ${field}`, { path: ["_entities", 0, field] }),
  );
  expect(tell(2, errors).map(({ path }) => path?.join("."))).toEqual([
    "orders.0.product.name",
    "orders.0.product.size",
    "orders.1.product.name",
    "orders.1.product.size",
  ]);
});

test("the places at which errors are told are bounded, and each error is told", () => {
  const errors = Array.from(
    { length: 5 },
    (_none, at) => new GraphQLError(`no field ${String(at)}`, { path: ["_entities", 0, "field"] }),
  );
  const told = tell(MAX_TOLD_PLACES / 2, errors);
  expect(told).toHaveLength(MAX_TOLD_PLACES + 3);
  expect(new Set(told.map(({ message }) => message)).size).toBe(errors.length);
});
