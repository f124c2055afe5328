import { Kind, parse } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { Subgraph, Supergraph } from "@apollo/federation-internals";

/** What a subgraph's schema says of itself, as far as inventing its data needs it. */
export type InventedGraph = {
  readonly name: string;
  /** With `_entities`. */
  readonly schema: GraphQLSchema;
  /** `Order.total` of the fields with `@requires`: they are made of what the gateway sends along. */
  readonly computedFields: ReadonlySet<string>;
};

/** The subgraphs of a supergraph, and what they share. */
export type InventedGraphs = {
  readonly graphs: readonly InventedGraph[];
  /** The leaves of all keys of a type, whichever subgraph names them: each of them tells which object it is. */
  readonly keyFields: ReadonlyMap<string, ReadonlySet<string>>;
};

/** Takes a supergraph apart again. */
export function inventedGraphsOf(supergraph: Supergraph): InventedGraphs {
  const keyFields = new Map<string, Set<string>>();
  const graphs: InventedGraph[] = [];
  for (const subgraph of supergraph.subgraphs()) {
    const computedFields = new Set<string>();
    for (const { type, keys, computed } of compositesOf(subgraph)) {
      for (const name of computed) computedFields.add(`${type}.${name}`);
      if (keys.length === 0) continue;
      const known = keyFields.get(type) ?? new Set();
      for (const name of keys.flatMap(leavesOf)) known.add(name);
      keyFields.set(type, known);
    }
    const schema = subgraph.schema.toGraphQLJSSchema();
    graphs.push({ name: subgraph.name, schema, computedFields });
  }
  return { graphs, keyFields };
}

type Composite = {
  readonly type: string;
  readonly keys: readonly string[];
  readonly computed: readonly string[];
};

function compositesOf(subgraph: Subgraph): readonly Composite[] {
  const metadata = subgraph.metadata();
  const types = [...subgraph.schema.objectTypes(), ...subgraph.schema.interfaceTypes()];
  return types.map((type) => ({
    type: type.name,
    keys: type
      .appliedDirectivesOf(metadata.keyDirective())
      .map((key) => String(key.arguments().fields)),
    computed: type
      .fields()
      .filter((field) => field.appliedDirectivesOf(metadata.requiresDirective()).length > 0)
      .map(({ name }) => name),
  }));
}

/** The names of a field set that have no selection of their own. */
function leavesOf(fieldSet: string): readonly string[] {
  const [operation] = parse(`{ ${fieldSet} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return [];
  return operation.selectionSet.selections.flatMap((selection) =>
    selection.kind === Kind.FIELD && selection.selectionSet === undefined
      ? [selection.name.value]
      : [],
  );
}
