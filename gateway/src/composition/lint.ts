import { Kind, parse, visit } from "graphql";
import type { DocumentNode } from "graphql";
import { compositesOf, joinsOfField, joinsOfType, subgraphNames } from "./joins.ts";

/**
 * What composes and is answered wrongly without a word by the stock planner and executor (2.14): six
 * cases of the public federation audit. Refusing all of each kind is stricter than needed and simple to
 * say:
 * - `@requires` on a field with arguments: when the client asks for the same field with other
 *   arguments, the client's value is handed to the resolver that required another one;
 * - an interface object whose key is not resolvable: its fields are fetched by that key all the same
 *   as soon as an implementation is named;
 * - `@requires` in a type that has a key which is not resolvable in the same subgraph: the way back to
 *   the subgraph takes the first key, resolvable or not.
 * @returns one sentence a problem, with the place; none when it may be served
 */
export function lintSupergraph(supergraph: DocumentNode): readonly string[] {
  const names = subgraphNames(supergraph);
  const nameOf = (graph: string) => names.get(graph) ?? graph;
  return compositesOf(supergraph).flatMap((type) => {
    const typeName = type.name.value;
    const joins = joinsOfType(type);
    const unresolvable = joins.filter(({ key, isResolvable }) => key !== null && !isResolvable);
    const objects = unresolvable
      .filter(({ isInterfaceObject }) => isInterfaceObject)
      .map(
        ({ graph, key }) =>
          `${nameOf(graph)}: ${typeName} is an @interfaceObject with @key(fields: "${String(key)}", resolvable: false); make the key resolvable.`,
      );
    const fields = (type.fields ?? []).flatMap((field) =>
      joinsOfField(field).flatMap(({ graph, requires }) => {
        if (graph === null || requires === null) return [];
        const place = `${nameOf(graph)}: ${typeName}.${field.name.value}`;
        const hidden = unresolvable.find((join) => join.graph === graph);
        return [
          ...(hasArguments(requires)
            ? [
                `${place} has @requires(fields: "${requires}") with arguments; require a field without arguments.`,
              ]
            : []),
          ...(hidden !== undefined
            ? [
                `${place} has @requires, and ${typeName} has @key(fields: "${String(hidden.key)}", resolvable: false) in the same subgraph; remove the key or make it resolvable.`,
              ]
            : []),
        ];
      }),
    );
    return [...objects, ...fields];
  });
}

function hasArguments(fieldSet: string): boolean {
  let found = false;
  visit(parse(`{ ${fieldSet} }`), {
    [Kind.FIELD]: ({ arguments: given }) => {
      found ||= (given ?? []).length > 0;
    },
  });
  return found;
}
