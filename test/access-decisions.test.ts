import { createLogger } from "@crossdock/runtime";
import { createBillingSubgraph } from "@crossdock/subgraph-billing";
import { createInventorySubgraph } from "@crossdock/subgraph-inventory";
import { createOperationsSubgraph } from "@crossdock/subgraph-operations";
import { createOrdersSubgraph } from "@crossdock/subgraph-orders";
import { createShipmentsSubgraph } from "@crossdock/subgraph-shipments";
import { buildSubgraph, sharedTypes } from "@crossdock/subgraph-kit";
import { Kind, parse, type ObjectTypeDefinitionNode } from "graphql";

const deps = { logger: createLogger({ name: "test", level: "silent" }) } as never;
const SUBGRAPHS = [
  createOrdersSubgraph(deps),
  createInventorySubgraph(deps),
  createShipmentsSubgraph(deps),
  createBillingSubgraph(deps),
  createOperationsSubgraph(deps),
];
const ROOTS = ["Query", "Mutation", "Subscription"];

function objectsOf(sdl: string): readonly ObjectTypeDefinitionNode[] {
  return parse(sdl).definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION);
}

describe.each(SUBGRAPHS.map((subgraph) => ({ ...subgraph, named: subgraph.name })))(
  "$named",
  ({ name, sdl, access }) => {
    const objects = objectsOf(sdl);
    const typeNames = objects
      .map((node) => node.name.value)
      .filter((type) => !ROOTS.includes(type));
    const rootNames = objects
      .filter((node) => ROOTS.includes(node.name.value))
      .flatMap(
        (node) => node.fields?.map((field) => `${node.name.value}.${field.name.value}`) ?? [],
      );

    test("it is decided of every type and every root field who may see it", () => {
      const decided = { ...sharedTypes, ...access.types };
      expect(typeNames.length).toBeGreaterThan(0);
      expect(typeNames.filter((type) => decided[type] === undefined)).toEqual([]);
      expect(rootNames.filter((root) => access.roots[root] === undefined)).toEqual([]);
    });

    test("without any one of the decisions it is not built", () => {
      const resolvers = referencesOf(objects);
      const build = (changed: Partial<typeof access>) => () =>
        buildSubgraph({
          name,
          sdl,
          resolvers,
          access: { ...access, ...changed },
          logger: createLogger({ name: "test", level: "silent" }),
        });
      expect(build({})).not.toThrow();
      for (const type of Object.keys(access.types)) {
        expect(build({ types: without(access.types, type) })).toThrow(type);
      }
      for (const root of Object.keys(access.roots)) {
        expect(build({ roots: without(access.roots, root) })).toThrow(root);
      }
    });
  },
);

/** What is not about access is left out: an entity needs somebody who finds it. */
function referencesOf(objects: readonly ObjectTypeDefinitionNode[]): object {
  return Object.fromEntries(
    objects
      .filter((node) => node.directives?.some((directive) => directive.name.value === "key"))
      .map((node) => [node.name.value, { __resolveReference: () => null }]),
  );
}

function without<Entry>(
  all: Readonly<Record<string, Entry>>,
  name: string,
): Readonly<Record<string, Entry>> {
  return Object.fromEntries(Object.entries(all).filter(([known]) => known !== name));
}
