import type { FetchNode, PlanNode, QueryPlan } from "@apollo/query-planner";
import { OperationTypeNode } from "graphql";
import { Unsupported } from "../unsupported.ts";
import { compilePlan } from "./compile-plan.ts";
import { createGraph } from "./testing/compare-plans.ts";
import type { Comparison } from "./testing/compare-plans.ts";
import { LIBRARY } from "./testing/library.ts";

const graph = createGraph(LIBRARY);

const fetchOf = (
  serviceName: string,
  operation: string,
  more: Partial<FetchNode> = {},
): FetchNode => ({
  kind: "Fetch",
  serviceName,
  operation,
  operationName: undefined,
  operationKind: OperationTypeNode.QUERY,
  ...more,
});

const entitiesOf = (fragment: string) =>
  `query($representations: [_Any!]!) { _entities(representations: $representations) { ${fragment} } }`;

const field = (name: string, selections?: FetchNode["requires"]) =>
  ({ kind: "Field", name, ...(selections === undefined ? {} : { selections }) }) as const;

const on = (typeCondition: string, ...selections: NonNullable<FetchNode["requires"]>) =>
  ({ kind: "InlineFragment", typeCondition, selections }) as const;

const planOf = (...nodes: readonly PlanNode[]): QueryPlan => ({
  kind: "QueryPlan",
  node: { kind: "Sequence", nodes: [...nodes] },
});

const media = fetchOf("media", "{ media { __typename id title } }");
const key = [field("__typename"), field("id")];

type Made = Comparison & {
  readonly name: string;
  readonly query: string;
  readonly plan: QueryPlan;
  readonly has: RegExp;
};

const made: readonly Made[] = [
  {
    name: "what a subgraph tells of one representation is rewritten by the type of each entity that has it",
    query: "{ media { id ... on Book { pages } ... on Film { minutes } } }",
    plan: planOf(media, {
      kind: "Flatten",
      path: ["media", "@"],
      node: fetchOf("reviews", entitiesOf("... on Media { rating }"), {
        requires: [on("Media", ...key)],
        inputRewrites: [
          { kind: "ValueSetter", path: ["... on Book", "__typename"], setValueTo: "Media" },
          { kind: "ValueSetter", path: ["... on Film", "__typename"], setValueTo: "Media" },
        ],
        outputRewrites: [
          { kind: "KeyRenamer", path: ["... on Book", "rating"], renameKeyTo: "pages" },
          { kind: "KeyRenamer", path: ["... on Film", "rating"], renameKeyTo: "minutes" },
        ],
      }),
    }),
    has: /"pages":2.*"minutes":3.*"minutes":2/,
  },
  {
    name: "a representation of several fragments, fields beside them, and fields that are renamed",
    query: `{ holders { id held { name stock } } }`,
    plan: planOf(
      fetchOf(
        "orders",
        "{ holders { __typename id held { __typename code: sku } ... on Site { city } } }",
      ),
      {
        kind: "Flatten",
        path: ["holders", "@", "held"],
        node: fetchOf("catalogue", entitiesOf("... on Product { name }"), {
          requires: [
            field("__typename"),
            on("Product", field("code"), on("Product", field("__typename"))),
            on("Site", field("city")),
          ],
          inputRewrites: [
            { kind: "KeyRenamer", path: ["... on Product", "code"], renameKeyTo: "sku" },
          ],
        }),
      },
    ),
    has: /product a.*product b/,
  },
  {
    name: "a path that ends in a list without saying so",
    query: '{ products(skus: ["a", "b"]) { sku stock } }',
    plan: planOf(fetchOf("catalogue", `{ products(skus: ["a", "b"]) { __typename sku } }`), {
      kind: "Flatten",
      path: ["products"],
      node: fetchOf("warehouse", entitiesOf("... on Product { stock }"), {
        requires: [on("Product", field("__typename"), field("sku"))],
      }),
    }),
    has: /"stock":7/,
  },
  {
    name: "objects and lists of a representation in which something is missing",
    query: "{ topProduct { kit } }",
    plan: planOf(
      fetchOf("catalogue", "{ topProduct { __typename sku size { width } parts { code } } }"),
      {
        kind: "Flatten",
        path: ["topProduct"],
        node: fetchOf("warehouse", entitiesOf("... on Product { kit }"), {
          requires: [
            on(
              "Product",
              field("__typename"),
              field("sku"),
              field("size", [field("width"), field("height")]),
              field("parts", [field("code")]),
            ),
          ],
        }),
      },
    ),
    has: /"kit":"\[\[.*null\],null\]"/,
  },
  {
    name: "a root field of a second subgraph, which tells entities apart that share a key",
    query: "{ offers { id terms { days currency } } }",
    plan: planOf(
      fetchOf("orders", "{ offers { __typename id sku } }"),
      {
        kind: "Flatten",
        path: ["offers", "@"],
        node: fetchOf("catalogue", entitiesOf("... on Offer { terms { days } }"), {
          requires: [on("Offer", field("__typename"), field("sku"))],
        }),
      },
      fetchOf("warehouse", "{ offers { terms { currency } } }"),
    ),
    interfere: (subgraph) =>
      subgraph === "warehouse"
        ? { data: { offers: ["first", "second"].map((currency) => ({ terms: { currency } })) } }
        : null,
    has: /"days":30,"currency":"first".*"days":30,"currency":"second"/,
  },
  {
    name: "entities of a type that nothing is required of, and of none that the schema has",
    query: "{ media { rating } }",
    plan: planOf(fetchOf("media", "{ media { __typename id } }"), {
      kind: "Flatten",
      path: ["media", "@"],
      node: fetchOf("reviews", entitiesOf("... on Media { rating }"), {
        requires: [on("Book", ...key)],
      }),
    }),
    interfere: (subgraph) =>
      subgraph === "media"
        ? {
            data: {
              media: [{ __typename: "Film", id: "1" }, { __typename: "Map", id: "1" }, { id: "1" }],
            },
          }
        : null,
    has: /"rating":null/,
  },
];

test.each(made)("as the stock executor: $name", async ({ query, has, ...comparison }) => {
  const { stock, compiled } = await graph.compare(query, comparison);
  expect(JSON.stringify(stock.answer) + stock.errors.join("\n")).toMatch(has);
  for (const outcome of Object.values(compiled)) expect(outcome).toEqual(stock);
});

const product = (more: Partial<FetchNode>, path: (string | number)[] = ["topProduct"]) =>
  planOf(fetchOf("catalogue", "{ topProduct { __typename sku } }"), {
    kind: "Flatten",
    path,
    node: fetchOf("warehouse", entitiesOf("... on Product { stock }"), {
      requires: [on("Product", field("__typename"), field("sku"))],
      ...more,
    }),
  });

const unsupported: readonly { readonly reason: string; readonly plan: QueryPlan }[] = [
  {
    reason: "subscription",
    plan: { kind: "QueryPlan", node: { kind: "Subscription", primary: media } },
  },
  { reason: "defer", plan: planOf({ kind: "Defer", primary: {}, deferred: [] }) },
  {
    reason: "context",
    plan: product({ contextRewrites: [{ kind: "KeyRenamer", path: ["a"], renameKeyTo: "b" }] }),
  },
  { reason: "name", plan: product({}, ["__proto__"]) },
  { reason: "name", plan: product({ variableUsages: ["representations"] }) },
  { reason: "name", plan: product({ variableUsages: ["constructor"] }) },
  {
    reason: "name",
    plan: product({ operation: entitiesOf("... on Product { toString: stock }") }),
  },
  { reason: "name", plan: product({ requires: [on("Product", field("valueOf"))] }) },
  { reason: "plan", plan: product({}, ["topProduct", "@|[Product]"]) },
  { reason: "plan", plan: product({ operation: "{ topProduct { sku } }" }) },
];

test.each(unsupported)(
  "a plan is left to the stock executor for its $reason",
  ({ reason, plan }) => {
    const { supergraphSchema } = graph;
    for (const canGenerate of [true, false]) {
      const compile = () =>
        compilePlan(plan, { supergraphSchema, variableDefinitions: [], canGenerate });
      expect(compile).toThrow(Unsupported);
      expect(compile).toThrow(expect.objectContaining({ reason }) as Error);
    }
  },
);
