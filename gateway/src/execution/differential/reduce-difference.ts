import { Kind, parse, print, validate, visit } from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";
import type { ExecutorKind } from "../execute-operation.ts";
import type { GeneratedOperation, GivenVariables } from "./generated-operation.ts";
import { compareCase, noCounts } from "./run-differential.ts";
import type { ChangeAnswer, Difference } from "./run-differential.ts";

/** Shorter operations that are run to make one plainer. */
const MAX_RUNS = 600;

/**
 * Takes away of the operation what can be taken away while the answers still differ in the same way: selections,
 * conditions, arguments, whole definitions.
 */
export async function reduceDifference(
  difference: Difference,
  kind: ExecutorKind,
  change?: ChangeAnswer,
): Promise<Difference> {
  let best = difference;
  let runs = 0;
  for (let at = 0; runs < MAX_RUNS;) {
    const { case: of, graph } = best;
    const operation = withoutPart(of.operation, at, of.schema);
    if (operation === "end") break;
    if (operation === null) {
      at += 1;
      continue;
    }
    runs += 1;
    const variables = declaredIn(operation, of.variables);
    const plainer = { ...of, operation, variables };
    const shorter = await compareCase(graph, plainer, kind, noCounts(), change);
    if (shorter !== null && shorter.kinds.join() === difference.kinds.join()) best = shorter;
    else at += 1;
  }
  return best;
}

/** @returns null when what is left is not valid, `end` when there are not so many parts */
function withoutPart(
  operation: GeneratedOperation,
  at: number,
  schema: GraphQLSchema,
): GeneratedOperation | null | "end" {
  let parts = 0;
  const isIt = () => parts++ === at;
  const remove = () => (isIt() ? null : undefined);
  const cut = visit(operation.document, {
    Field: { enter: remove },
    InlineFragment: { enter: remove },
    FragmentSpread: { enter: remove },
    Directive: { enter: remove },
    Argument: { enter: remove },
  });
  if (parts <= at) return "end";
  const document = withoutUnused(withoutEmpty(cut));
  if (document === null || validate(schema, document).length > 0) return null;
  const text = print(document);
  return { ...operation, text, document: parse(text, { noLocation: true }) };
}

function declaredIn({ text }: GeneratedOperation, variables: GivenVariables): GivenVariables {
  const declared = [...text.matchAll(/\$(\w+):/g)].map(([, name]) => name);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => declared.includes(name)));
}

/** A selection set without selections goes with what it stands in. */
function withoutEmpty(document: DocumentNode): DocumentNode | null {
  const isEmpty = (node: { selectionSet?: { selections: readonly unknown[] } | undefined }) =>
    node.selectionSet?.selections.length === 0;
  const next = visit(document, {
    Field: { leave: (node) => (isEmpty(node) ? null : undefined) },
    InlineFragment: { leave: (node) => (isEmpty(node) ? null : undefined) },
  });
  const isGone = next.definitions.some(
    (definition) =>
      (definition.kind === Kind.OPERATION_DEFINITION ||
        definition.kind === Kind.FRAGMENT_DEFINITION) &&
      isEmpty(definition),
  );
  return isGone ? null : next;
}

/** Fragments that nobody spreads and variables that nobody uses are not valid. */
function withoutUnused(document: DocumentNode | null): DocumentNode | null {
  if (document === null) return null;
  const spread = new Set<string>();
  visit(document, { FragmentSpread: ({ name }) => void spread.add(name.value) });
  const fragmentsLeft = document.definitions.filter(
    (definition) =>
      definition.kind !== Kind.FRAGMENT_DEFINITION || spread.has(definition.name.value),
  );
  const left = { ...document, definitions: fragmentsLeft };
  if (fragmentsLeft.length < document.definitions.length) return withoutUnused(left);
  const used = new Set<string>();
  visit(left, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  return visit(left, {
    VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? undefined : null),
  });
}
