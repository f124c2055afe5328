import { Kind, valueFromASTUntyped } from "graphql";
import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldDefinitionNode,
  InterfaceTypeDefinitionNode,
  ObjectTypeDefinitionNode,
} from "graphql";

/** A type of the graph as one subgraph has it. */
export type JoinedType = {
  readonly graph: string;
  readonly key: string | null;
  readonly isResolvable: boolean;
  readonly isInterfaceObject: boolean;
};

/** A field of the graph as one subgraph has it; `graph` is `null` where it belongs to every subgraph of its type. */
export type JoinedField = {
  readonly graph: string | null;
  readonly requires: string | null;
  readonly isExternal: boolean;
};

export type CompositeDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** The object and interface types that clients may see, in the order of the supergraph's text. */
export function compositesOf(supergraph: DocumentNode): readonly CompositeDefinition[] {
  return supergraph.definitions.filter(
    (definition) =>
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
}

/** The subgraphs by the names that the supergraph's text has for them, e.g. ORDERS for `orders`. */
export function subgraphNames(supergraph: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of supergraph.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== "join__Graph") {
      continue;
    }
    for (const value of definition.values ?? []) {
      const [graph] = argumentsOf(value.directives, "join__graph");
      names.set(value.name.value, String(graph?.["name"]));
    }
  }
  return names;
}

/** One entry for each subgraph and key; a type without keys has one for each subgraph. */
export function joinsOfType(type: CompositeDefinition): readonly JoinedType[] {
  return argumentsOf(type.directives, "join__type").map((join) => ({
    graph: String(join["graph"]),
    key: textOf(join["key"]),
    isResolvable: join["resolvable"] !== false,
    isInterfaceObject: join["isInterfaceObject"] === true,
  }));
}

/** Where a field comes from. One that an interface object adds to an implementation comes from nowhere else. */
export function joinsOfField(field: FieldDefinitionNode): readonly JoinedField[] {
  const joins = argumentsOf(field.directives, "join__field");
  if (joins.length === 0) return [{ graph: null, requires: null, isExternal: false }];
  return joins
    .filter((join) => join["graph"] !== undefined)
    .map((join) => ({
      graph: String(join["graph"]),
      requires: textOf(join["requires"]),
      isExternal: join["external"] === true,
    }));
}

/** The arguments of every use of a directive, as plain values. */
export function argumentsOf(
  directives: readonly ConstDirectiveNode[] | undefined,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  return (directives ?? [])
    .filter((directive) => directive.name.value === name)
    .map((directive) =>
      Object.fromEntries(
        (directive.arguments ?? []).map((argument) => [
          argument.name.value,
          valueFromASTUntyped(argument.value),
        ]),
      ),
    );
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
