import { Kind, parse, print, visit, type DefinitionNode, type DocumentNode } from "graphql";

/**
 * A whole subgraph SDL of what a subgraph writes itself and what it uses of the shared types.
 * @param commonSdl kit/common.graphql: the federation header and the shared types
 * @param ownSdl the subgraph's schema.graphql
 * @returns the header, the subgraph's own definitions, then the shared ones that they reach, in the
 * order in which they are written
 * @throws {GraphQLError} on a syntax error @throws when a shared type is defined again
 */
export function assembleSdl(commonSdl: string, ownSdl: string): string {
  const common = parse(commonSdl).definitions;
  const own = parse(ownSdl);
  const isHeader = (node: DefinitionNode): boolean => node.kind === Kind.SCHEMA_EXTENSION;
  const shared = new Map(
    common.flatMap((node) => ("name" in node && node.name ? [[node.name.value, node]] : [])),
  );
  for (const node of own.definitions) {
    if ("name" in node && node.name !== undefined && shared.has(node.name.value)) {
      throw new Error(`${node.name.value} is defined in kit/common.graphql already.`);
    }
  }
  const reached = reach(own, shared);
  const definitions = [
    ...common.filter(isHeader),
    ...own.definitions,
    ...common.filter((node) => reached.has(node)),
  ];
  return `${definitions.map((node) => print(node)).join("\n\n")}\n`;
}

function reach(
  own: DocumentNode,
  shared: ReadonlyMap<string, DefinitionNode>,
): ReadonlySet<DefinitionNode> {
  const reached = new Set<DefinitionNode>();
  const waiting: (DocumentNode | DefinitionNode)[] = [own];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node, {
      NamedType: ({ name }) => {
        const definition = shared.get(name.value);
        if (definition === undefined || reached.has(definition)) return;
        reached.add(definition);
        waiting.push(definition);
      },
    });
  }
  return reached;
}
