import type { FetchDataRewrite, QueryPlanSelectionNode } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { typenameOf } from "./entity.ts";
import type { Entity } from "./entity.ts";
import { generateRepresentation } from "./generated-representation.ts";
import { generalRepresentation } from "./general-representation.ts";
import { plainRepresentation, selectionsOfType } from "./plain-representation.ts";

/** What a subgraph is told of an entity, so that it finds it: for the entities of one type, or of any. */
export type RepresentationOf = {
  /**
   * Two entities with the same are one to the subgraph.
   * @returns `undefined`: something is missing, the subgraph is not asked
   */
  readonly keyOf: (entity: Readonly<Entity>) => unknown;
  /** Of an entity that has a key. */
  readonly valueOf: (entity: Readonly<Entity>) => Entity;
  /** What `valueOf` made, as JSON. */
  readonly textOf: (value: Readonly<Entity>) => string;
};

export type RepresentationParts = {
  readonly requires: readonly QueryPlanSelectionNode[];
  readonly inputRewrites: readonly FetchDataRewrite[] | undefined;
  readonly schema: GraphQLSchema;
  readonly canGenerate: boolean;
};

/** @returns what is written for an entity; `null` where nothing is, whatever is known of it */
export type FindRepresentation = (entity: Readonly<Entity>) => RepresentationOf | null;

/**
 * How the entities of a fetch are told to its subgraph. It depends on their type, so there is a writer for each type that the
 * schema has, made when the first of that type comes.
 * @throws {Unsupported} a name that objects inherit
 */
export function compileRepresentations(parts: RepresentationParts): FindRepresentation {
  const general = generalRepresentation(parts);
  const ofTypes = new Map<string, RepresentationOf | null>();
  let lastTypename: string | null = null;
  let last: RepresentationOf | null = null;

  return (entity) => {
    const typename = typenameOf(entity);
    if (typename === null) return null;
    if (typename === lastTypename) return last;
    let known = ofTypes.get(typename);
    if (known === undefined) {
      if (parts.schema.getType(typename) === undefined) return general;
      known = representationOfType(typename);
      ofTypes.set(typename, known);
    }
    lastTypename = typename;
    last = known;
    return known;
  };

  function representationOfType(typename: string): RepresentationOf | null {
    const selections = selectionsOfType(typename, parts);
    if (selections.length === 0) return null;
    const plain = parts.canGenerate ? plainRepresentation(typename, selections, parts) : null;
    return plain === null ? general : generateRepresentation(plain);
  }
}
