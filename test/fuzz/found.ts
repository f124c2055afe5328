import type { Attack } from "./attack.ts";

const JSON_TYPE = { "content-type": "application/json" };
const EVENTS = { ...JSON_TYPE, accept: "text/event-stream" };

const post = (payload: object, headers: Readonly<Record<string, string>> = JSON_TYPE): Attack => ({
  kind: "http",
  method: "POST",
  path: "/graphql",
  headers,
  as: "portal",
  body: { text: JSON.stringify(payload) },
});

const DEEP = 50_000;
const MANY = 100_000;
const CIRCLE = 48;
const circle = Array.from({ length: CIRCLE }, (_none, at) => {
  const next = `...C${String((at + 1) % CIRCLE)}`;
  return `fragment C${String(at)} on Subscription { ${next} ${next} }`;
}).join(" ");
const query = 'query { product(sku: "NG-10001") { sku } }';

/** What the program once did wrong at, plainest form. Every run begins with these. */
export const FOUND: readonly Attack[] = [
  post({
    query: "subscription ($w: Boolean!) { orderChanged @include(if: $w) { cursor } }",
  }),
  post({
    query:
      "query Q { __typename } subscription S($w: Boolean!) { orderChanged @include(if: $w) { cursor } }",
    operationName: "Q",
  }),
  post({ query: `subscription { ...C0 } ${circle}` }, EVENTS),
  post(
    {
      query: "subscription ($c: EventCursor) { shipmentProgressed(after: $c) { cursor } }",
      variables: { c: { toString: "x", valueOf: null } },
    },
    EVENTS,
  ),
  {
    kind: "http",
    method: "POST",
    path: "/graphql",
    headers: EVENTS,
    as: "portal",
    body: {
      text: `{"query":"subscription ($c: EventCursor) { orderChanged(after: $c) { cursor } }","variables":{"c":${"[".repeat(DEEP)}${"]".repeat(DEEP)}}}`,
    },
  },
  post({
    query: "query ($f: OrderFilter) { orders(filter: $f) { totalCount } }",
    variables: { f: { status: Array.from({ length: MANY }, () => "CONFIRME") } },
  }),
  post({ query, extensions: { persistedQuery: [] } }),
  post({ query, extensions: { persistedQuery: { version: 1, sha256Hash: 7 } } }),
  {
    kind: "socket",
    path: "/graphql",
    protocols: ["graphql-transport-ws"],
    frames: [{ init: "portal" }, { text: '{"type":"next","id":"1","payload":{}}' }],
  },
  {
    kind: "socket",
    path: "/graphql",
    protocols: ["graphql-transport-ws"],
    frames: [
      { init: "operator" },
      { waitMs: 20 },
      { subscribe: "1", payload: { query: "{ auditVerification { __typename hash } }" } },
      { close: 1000 },
    ],
  },
];
