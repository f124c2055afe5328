import { isAbstractType, isInterfaceType, isObjectType } from "graphql";
import type { GraphQLSchema } from "graphql";

/** An object of a subgraph's answer. Fields of other subgraphs are written into it. */
export type Entity = Record<string, unknown>;

/** @returns the name that the object goes by; `null` where nobody selected it, or it is no name */
export function typenameOf(value: Readonly<Entity>): string | null {
  const name = value["__typename"];
  return typeof name === "string" && name !== "" ? name : null;
}

/**
 * Whether objects of one type are of the other as well.
 * @param typename as a subgraph told it
 */
export function isOfType(schema: GraphQLSchema, typename: string, condition: string): boolean {
  if (typename === condition) return true;
  const type = schema.getType(typename);
  const abstract = schema.getType(condition);
  return (
    type !== undefined &&
    abstract !== undefined &&
    isAbstractType(abstract) &&
    (isObjectType(type) || isInterfaceType(type)) &&
    schema.isSubType(abstract, type)
  );
}
