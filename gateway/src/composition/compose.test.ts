import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CompositionError, composeSupergraph, readSubgraphs } from "./compose.ts";

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const orders = {
  name: "orders",
  url: "http://orders.test/",
  sdl: `${LINK} type Query { order: Order } type Order @key(fields: "id") { id: ID! }`,
};
const billing = {
  name: "billing",
  url: "http://billing.test/",
  sdl: `${LINK} type Order @key(fields: "id") { id: ID! total: Int }`,
};

test("the supergraph is the same whatever the order of the subgraphs", () => {
  const composed = composeSupergraph([orders, billing]);
  expect(composed).toBe(composeSupergraph([billing, orders]));
  expect(composed).toMatch(/total: Int @join__field\(graph: BILLING\)/);
});

test("subgraphs that do not fit together are refused with the code of the problem", () => {
  const other = { ...billing, sdl: `${LINK} type Order @key(fields: "id") { id: Int! }` };
  expect(() => composeSupergraph([orders, other])).toThrow(/FIELD_TYPE_MISMATCH/);
  expect(() => composeSupergraph([{ ...orders, sdl: "type {" }])).toThrow(CompositionError);
});

test("supergraph.yaml names the schema files relative to itself", async () => {
  const directory = await mkdtemp(join(tmpdir(), "compose-"));
  try {
    await mkdir(join(directory, "orders"));
    await writeFile(join(directory, "orders/schema.graphql"), orders.sdl);
    const config = join(directory, "supergraph.yaml");
    const entry = (file: string) =>
      `federation_version: =2.14.4\nsubgraphs:\n  orders:\n    routing_url: http://orders.test/\n    schema:\n      file: ${file}\n`;
    await writeFile(config, entry("orders/schema.graphql"));
    expect(await readSubgraphs(config)).toEqual([orders]);
    await writeFile(config, entry("missing.graphql"));
    await expect(readSubgraphs(config)).rejects.toThrow(/missing\.graphql cannot be read/);
    await writeFile(config, "federation_version: 1\nsubgraphs: {}\n");
    await expect(readSubgraphs(config)).rejects.toBeInstanceOf(CompositionError);
  } finally {
    await rm(directory, { recursive: true });
  }
});
