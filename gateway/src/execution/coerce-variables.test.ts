import { buildSchema, Kind, parse } from "graphql";
import { coerceVariables } from "./coerce-variables.ts";

const schema = buildSchema(
  "enum Status { OPEN DONE } type Query { count(status: [Status!]): Int }",
);
const [operation] = parse("query ($status: [Status!]) { count(status: $status) }").definitions;
const definitions =
  operation?.kind === Kind.OPERATION_DEFINITION ? (operation.variableDefinitions ?? []) : [];

test("values that are right are handed on", () => {
  expect(coerceVariables(schema, definitions, { status: ["OPEN"] })).toEqual({
    coerced: { status: ["OPEN"] },
  });
});

test("a hundred thousand values that are none are some errors, at once", () => {
  const status = Array.from({ length: 100_000 }, () => "DON");
  const startedMs = performance.now();
  const { errors = [] } = coerceVariables(schema, definitions, { status });
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect(errors.length).toBeGreaterThan(10);
  expect(errors.length).toBeLessThan(100);
  expect(errors.at(-1)?.extensions["code"]).toBe("BAD_USER_INPUT");
});
