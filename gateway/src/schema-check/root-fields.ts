import {
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
} from "graphql";

const ROOTS = ["Query", "Mutation", "Subscription"] as const;

/** An operation that clients may ask for, as the composed schema declares it. */
export type RootField = {
  /** `Query.order` */
  readonly place: string;
  readonly kind: (typeof ROOTS)[number];
  /** Its description, on one line. */
  readonly summary: string;
  /** The subgraphs that answer it. */
  readonly subgraphs: readonly string[];
  /** The audiences whose contract has it; empty: every audience. */
  readonly audiences: readonly string[];
  /** One of these groups is needed, each group whole; empty: whatever the types behind it ask for. */
  readonly scopes: readonly (readonly string[])[];
  /** What is charged for it before its fields, in points. */
  readonly cost: number;
  readonly isDeprecated: boolean;
};

/**
 * Every root field of a composed supergraph, in order of kind and name.
 * @throws {GraphQLError} it is not GraphQL
 */
export function readRootFields(supergraphSdl: string): readonly RootField[] {
  const { definitions } = parse(supergraphSdl, { noLocation: true });
  return ROOTS.flatMap((kind) =>
    definitions
      .flatMap((definition) =>
        definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === kind
          ? (definition.fields ?? [])
          : [],
      )
      .map((field) => rootFieldOf(kind, field))
      .sort((a, b) => (a.place < b.place ? -1 : 1)),
  );
}

function rootFieldOf(kind: RootField["kind"], field: FieldDefinitionNode): RootField {
  const values = (directive: string, argument: string): readonly unknown[] =>
    (field.directives ?? [])
      .filter(({ name }) => name.value === directive)
      .flatMap((found) => argumentOf(found, argument));
  return {
    place: `${kind}.${field.name.value}`,
    kind,
    summary: (field.description?.value ?? "").replace(/\s+/g, " ").trim(),
    subgraphs: values("join__field", "graph").map((graph) => String(graph).toLowerCase()),
    audiences: values("tag", "name").map(String),
    scopes: values("requiresScopes", "scopes").flatMap((scopes) => scopes as string[][]),
    cost: Number(values("cost", "weight")[0] ?? 1),
    isDeprecated: (field.directives ?? []).some(({ name }) => name.value === "deprecated"),
  };
}

function argumentOf({ arguments: given }: ConstDirectiveNode, name: string): readonly unknown[] {
  return (given ?? [])
    .filter((argument) => argument.name.value === name)
    .map(({ value }) => valueFromASTUntyped(value));
}
