import { isInterfaceType, isIntrospectionType, isObjectType } from "graphql";
import type { GraphQLSchema } from "graphql";
import type { ServingFacts, SubgraphFields } from "../composition/inspect.ts";
import type { SubgraphTransport } from "./transport.ts";

/** What the inspection of a supergraph has to know of the gateway that would serve it. */
export function servingFacts(subgraphs: Readonly<Record<string, SubgraphTransport>>): ServingFacts {
  return {
    subgraphs: Object.fromEntries(
      Object.entries(subgraphs).map(([name, { schema }]) => [
        name,
        schema === undefined ? null : fieldsOf(schema),
      ]),
    ),
  };
}

function fieldsOf(schema: GraphQLSchema): SubgraphFields {
  return Object.fromEntries(
    Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .filter((type) => !isIntrospectionType(type))
      .map((type) => [type.name, Object.keys(type.getFields())]),
  );
}
