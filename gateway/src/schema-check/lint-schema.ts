import { Kind } from "graphql";
import { argumentsOf, joinsOfField, subgraphNames } from "../composition/joins.ts";
import type { Coordinate } from "../usage/coordinates.ts";
import type { Glossary } from "./glossary.ts";
import { LINT_RULES, type Found } from "./lint-rules.ts";
import type { PublicSchema } from "./public-schema.ts";

export type LintProblem = Found & {
  /** The rule's name, as an exception names it. */
  readonly rule: string;
  /** The subgraphs that have it. */
  readonly subgraphs: readonly string[];
};

/**
 * Looks whether the schema keeps to its rules.
 * @returns what does not, by rule; an exception of the glossary that nothing needs any more is a problem as well
 */
export function lintSchema(schema: PublicSchema, glossary: Glossary): readonly LintProblem[] {
  const owners = ownersOf(schema.supergraph);
  return LINT_RULES.flatMap(({ name: rule, find }) => {
    const found = find(schema, glossary);
    const excepted = new Set(
      glossary.exceptions.filter((each) => each.rule === rule).flatMap(({ places }) => places),
    );
    const unneeded = [...excepted].filter((place) => !found.some((each) => each.place === place));
    return [
      ...found.filter(({ place }) => !excepted.has(place)),
      ...unneeded.map((place) => ({
        place,
        message: "The rule has nothing against it: take it out of schema/glossary.yaml.",
      })),
    ].map((each) => ({ rule, ...each, subgraphs: owners.get(ownedPart(each.place)) ?? [] }));
  });
}

/** An argument is where its field is; an input field or an enum value where its type is. */
function ownedPart(place: Coordinate): string {
  return place.replace(/\(.*$/, "");
}

function ownersOf(supergraph: PublicSchema["supergraph"]): ReadonlyMap<string, readonly string[]> {
  const names = subgraphNames(supergraph);
  const owners = new Map<string, readonly string[]>();
  for (const definition of supergraph.definitions) {
    if (!("name" in definition) || definition.name === undefined) continue;
    if (!("directives" in definition) || definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const type = definition.name.value;
    const named = (graphs: readonly string[]) => [
      ...new Set(graphs.map((graph) => names.get(graph) ?? graph)),
    ];
    const ofType = argumentsOf(definition.directives as never, "join__type").map(({ graph }) =>
      String(graph),
    );
    owners.set(type, named(ofType));
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const field of definition.fields ?? []) {
        const graphs = joinsOfField(field).flatMap(({ graph }) => graph ?? ofType);
        owners.set(`${type}.${field.name.value}`, named(graphs));
      }
    } else if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
      for (const { name } of definition.fields ?? []) {
        owners.set(`${type}.${name.value}`, named(ofType));
      }
    } else if (definition.kind === Kind.ENUM_TYPE_DEFINITION) {
      for (const { name } of definition.values ?? []) {
        owners.set(`${type}.${name.value}`, named(ofType));
      }
    }
  }
  return owners;
}
