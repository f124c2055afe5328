import { Kind } from "graphql";
import type { ConstDirectiveNode, DocumentNode } from "graphql";
import { argumentsOf } from "./joins.ts";

/** What a type or a field asks of who wants it: `null` for nothing beyond reaching it. */
type Demand = {
  readonly proof: boolean;
  /** Every group is a choice: all scopes of one of them. */
  readonly scopes: readonly (readonly string[])[];
};

/**
 * What is marked in both and less guarded in the second: a type or field that loses @authenticated, or
 * whose @requiresScopes is gone or met by fewer scopes. What is new or gone is not told of.
 * @returns one sentence each
 */
export function weakenedMarks(served: DocumentNode, next: DocumentNode): readonly string[] {
  const demands = demandsOf(next);
  return [...demandsOf(served)].flatMap(([place, before]) => {
    const after = demands.get(place);
    if (after === undefined) return [];
    return [
      ...(before.proof && !after.proof && after.scopes.length === 0
        ? [`${place} is no longer @authenticated.`]
        : []),
      ...(isWeaker(before.scopes, after.scopes)
        ? [
            `${place} asked for the scopes ${shown(before.scopes)} and asks for ${shown(after.scopes)}.`,
          ]
        : []),
    ];
  });
}

/**
 * What is in both and more guarded in the second: who was let through before may be refused. What is new or gone is not
 * told of.
 * @returns each type or field, as `Order` or `Order.total`, with a sentence
 */
export function tightenedMarks(
  before: DocumentNode,
  after: DocumentNode,
): readonly { readonly coordinate: string; readonly message: string }[] {
  const demands = demandsOf(after);
  return [...demandsOf(before)].flatMap(([coordinate, old]) => {
    const now = demands.get(coordinate);
    if (now === undefined) return [];
    if (isWeaker(now.scopes, old.scopes)) {
      const message = `${coordinate} asks for the scopes ${shown(now.scopes)}, and asked for ${shown(old.scopes)}.`;
      return [{ coordinate, message }];
    }
    if (!now.proof || old.proof || old.scopes.length > 0) return [];
    return [{ coordinate, message: `${coordinate} is @authenticated now.` }];
  });
}

/** Whether some group that is enough now was not enough before. */
function isWeaker(before: Demand["scopes"], after: Demand["scopes"]): boolean {
  if (before.length === 0) return false;
  if (after.length === 0) return true;
  return after.some((group) => !before.some((old) => old.every((scope) => group.includes(scope))));
}

function shown(scopes: Demand["scopes"]): string {
  return scopes.length === 0 ? "none" : scopes.map((group) => group.join(" and ")).join(", or ");
}

/** Of every type, and of every field of one: `Order`, `Order.number`. */
function demandsOf(supergraph: DocumentNode): ReadonlyMap<string, Demand> {
  const demands = new Map<string, Demand>();
  for (const definition of supergraph.definitions) {
    if (!("name" in definition) || definition.name === undefined) continue;
    if (!("directives" in definition) || definition.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const typeName = definition.name.value;
    demands.set(typeName, demandOf(definition.directives as readonly ConstDirectiveNode[]));
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    for (const field of definition.fields ?? []) {
      demands.set(`${typeName}.${field.name.value}`, demandOf(field.directives));
    }
  }
  return demands;
}

function demandOf(directives: readonly ConstDirectiveNode[] | undefined): Demand {
  const [scopes] = argumentsOf(directives, "requiresScopes");
  return {
    proof: argumentsOf(directives, "authenticated").length > 0,
    scopes: (scopes?.["scopes"] as readonly (readonly string[])[] | undefined) ?? [],
  };
}
