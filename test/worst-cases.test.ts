import { readFileSync } from "node:fs";
import { join } from "node:path";
import { worstCases } from "@crossdock/app";
import { Kind, parse } from "graphql";

const supergraph = parse(readFileSync(join(__dirname, "../supergraph.graphql"), "utf8"));
const places = new Set(
  supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (definition.fields ?? []).map(({ name }) => `${definition.name.value}.${name.value}`)
      : [],
  ),
);

/** A field that was renamed would cost no calls from then on. */
test("what a field may take from the sources is said of fields that the graph has", () => {
  const told = [...Object.keys(worstCases.sourceCalls), ...Object.keys(worstCases.pages)];
  expect(told.filter((place) => !places.has(place))).toEqual([]);
});
