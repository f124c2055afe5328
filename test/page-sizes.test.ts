import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Kind, parse, valueFromASTUntyped } from "graphql";
import type { FieldDefinitionNode } from "graphql";

const supergraph = parse(readFileSync(join(__dirname, "../supergraph.graphql"), "utf8"));

const pages = supergraph.definitions.flatMap((definition) => {
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
  return (definition.fields ?? [])
    .filter(({ arguments: given = [] }) => given.some(({ name }) => name.value === "first"))
    .map((field) => ({ place: `${definition.name.value}.${field.name.value}`, field }));
});

function slicingArguments({ directives = [] }: FieldDefinitionNode): unknown {
  const listSize = directives.find(({ name }) => name.value === "listSize");
  const named = listSize?.arguments?.find(({ name }) => name.value === "slicingArguments");
  return named && valueFromASTUntyped(named.value);
}

test("the graph has pages", () => {
  expect(pages.length).toBeGreaterThanOrEqual(10);
});

/** What is not marked would count as ten, whatever a client asks for. */
test.each(pages)("the size of $place is told to whoever counts points", ({ field }) => {
  expect(slicingArguments(field)).toEqual(["first"]);
});
