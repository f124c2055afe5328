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

    test("without them it is not built, and each that is missing is named", () => {
      const build = (changed: Partial<typeof access>) => () =>
        buildSubgraph({
          name,
          sdl,
          resolvers: referencesOf(objects),
          access: { ...access, ...changed },
          logger: createLogger({ name: "test", level: "silent" }),
        });
      expect(build({})).not.toThrow();
      const refusal = messageOf(build({ types: {}, roots: {} }));
      const missing = [
        ...Object.keys(access.types).map((type) => `who may see ${type}`),
        ...Object.keys(access.roots).map((root) => `who may ask for ${root}`),
      ];
      expect(missing.filter((fault) => !refusal.includes(fault))).toEqual([]);
    });
  },
);

function messageOf(build: () => unknown): string {
  try {
    build();
    return "";
  } catch (error) {
    return String(error);
  }
}

/** What is not about access is left out: an entity needs somebody who finds it. */
function referencesOf(objects: readonly ObjectTypeDefinitionNode[]): object {
  return Object.fromEntries(
    objects
      .filter((node) => node.directives?.some((directive) => directive.name.value === "key"))
      .map((node) => [node.name.value, { __resolveReference: () => null }]),
  );
}
