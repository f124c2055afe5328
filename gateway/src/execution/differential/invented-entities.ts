import { isInterfaceType, isObjectType } from "graphql";
import type { InventedObject, Invention } from "./invented-values.ts";
import { drawsOf } from "./seeded-draws.ts";

/** What the gateway tells of an entity that it asks for. */
export type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

/** An entity as its key tells it, or null: it may be one that this subgraph does not find. */
export function entityOf(
  representation: Representation,
  invention: Invention,
): InventedObject | null {
  const { schema, name } = invention.graph;
  const identity = identityOf(representation);
  const asked = schema.getType(representation.__typename);
  if (identity === null || !(isObjectType(asked) || isInterfaceType(asked))) return null;
  const isLost = drawsOf(`${invention.seed} lost ${name} ${identity}`).chance(
    invention.faults.lostEntities,
  );
  if (isLost) return null;
  const concrete = isObjectType(asked)
    ? asked.name
    : concreteOf(
        identity,
        schema.getPossibleTypes(asked).map((type) => type.name),
      );
  return {
    __typename: concrete,
    identity,
    given: inKeyOrder(representation),
  };
}

/** What stands before the colon, where it is one of the types; an interface object's entity is any one of them. */
function concreteOf(identity: string, types: readonly string[]): string {
  const [prefix = ""] = identity.split(":");
  return types.includes(prefix) ? prefix : drawsOf(`type of ${identity}`).oneOf([...types].sort());
}

/** Each leaf of a key holds the whole identity: the first that is found will do. */
function identityOf(representation: Representation): string | null {
  const { __typename, ...fields } = representation;
  const inner: unknown[] = [];
  for (const value of Object.values(fields)) {
    if (typeof value === "string" && IDENTITY.test(value)) return value;
    inner.push(value);
  }
  for (const value of inner) {
    if (typeof value !== "object" || value === null) continue;
    const found = identityOf({ __typename, ...value });
    if (found !== null) return found;
  }
  return null;
}

/** Which of its fields stands first says nothing. */
function inKeyOrder(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}

const IDENTITY = /^\w+:\d+$/;
