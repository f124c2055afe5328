import { sha256Of } from "../operations/safelist.ts";

/** `isDirect`: whether the answer to the second of two is made without Apollo's pipeline. */
export type RequestCase = readonly [name: string, request: CaseRequest, isDirect: boolean];
/** `search`: from the `?` on. */
export type CaseRequest = RequestInit & { readonly search?: string };

const JSON_TYPE = { "content-type": "application/json" };
const PORTAL = { authorization: "Bearer portal" };
const MARK = { "apollo-require-preflight": "1" };

export const post = (
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): CaseRequest => ({
  method: "POST",
  headers: { ...JSON_TYPE, ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});
const get = (
  given: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = MARK,
): CaseRequest => ({ search: `?${new URLSearchParams(given).toString()}`, headers });
const persisted = (sha256Hash: string, version: unknown = 1) => ({
  persistedQuery: { version, sha256Hash },
});

export const ORDERS = "{ orders { id status } }";
export const LOOK =
  "query Look($id: ID!) { order(id: $id) { status shipments { trackingNumber } } }";
const RENAME = 'mutation Rename { rename(id: 1, status: "OPEN") { id } }';
const TWO = "query A { orders { id } } query B { order(id: 1) { id } }";
const CHANGES = "subscription { orderChanged { cursor } }";
export const SCHEMA = "{ __schema { queryType { name } } }";
export const MANIFEST_ID = "look-1";

/** Every kind of request that there is, and of refusal that a request can meet. */
export const REQUEST_CASES: readonly RequestCase[] = [
  ["a query", post({ query: ORDERS }), true],
  ["a query of two subgraphs", post({ query: LOOK, variables: { id: "7" } }), true],
  [
    "nothing but nulls beside it",
    post({ query: ORDERS, variables: null, operationName: null, extensions: null }),
    true,
  ],
  ["somebody who is known", post({ query: "{ viewer { id } }" }, PORTAL), true],
  ["somebody who is not", post({ query: "{ viewer { id } }" }), true],
  ["a token that proves nothing", post({ query: ORDERS }, { authorization: "Bearer no" }), true],
  ["a name of several", post({ query: TWO, operationName: "B" }), true],
  ["a name that there is not", post({ query: TWO, operationName: "C" }), true],
  ["no name of several", post({ query: TWO }), true],
  ["a name that is no text", post({ query: TWO, operationName: 1 }), false],
  ["a variable that is missing", post({ query: LOOK }), true],
  ["a variable of another type", post({ query: LOOK, variables: { id: { a: 1 } } }), true],
  [
    "a value that a subgraph refuses",
    post({ query: "query($q: Decimal!) { price(quantity: $q) }", variables: { q: "ten" } }),
    true,
  ],
  ["variables in a list", post({ query: LOOK, variables: [] }), false],
  ["variables as a text", post({ query: LOOK, variables: "{}" }), false],
  ["extensions as a text", post({ query: ORDERS, extensions: "x" }), false],
  [
    "variables that are too deep",
    post(`{"query":"${ORDERS}","variables":{"a":${"[".repeat(80)}${"]".repeat(80)}}}`),
    true,
  ],
  ["no GraphQL", post({ query: "{ orders {" }), false],
  ["what the schema has not", post({ query: "{ nothing }" }), false],
  [
    "what is too deep",
    post({ query: `{ order(id: 1) ${"{ next ".repeat(20)}{ id }${"}".repeat(20)} }` }),
    false,
  ],
  ["a mutation", post({ query: RENAME }), true],
  ["a mutation by GET", get({ query: RENAME }), false],
  ["a subscription", post({ query: CHANGES }), true],
  ["a subscription by GET", get({ query: CHANGES }), false],
  ["what introspects", post({ query: SCHEMA }), true],
  ["what fails inside", post({ query: "{ broken orders { id } }" }), true],
  ["what is refused on purpose", post({ query: "{ refused }" }), true],
  ["what is to come again later", post({ query: "{ busy }" }), true],
  [
    "a subgraph that is down",
    post({ query: '{ order(id: "shipments-down") { id shipments { id } } }' }),
    true,
  ],
  ["what is late", post({ query: "{ slow orders { id } }" }), true],
  ["what is stale", post({ query: "{ order(id: 1) { stockNote carrier } }" }, PORTAL), true],
  ["how old a value may be", post({ query: "{ maxAgeMs }" }, { "crossdock-max-age": "5" }), true],
  ["an age that is none", post({ query: "{ maxAgeMs }" }, { "crossdock-max-age": "old" }), true],
  ["a query by GET", get({ query: ORDERS }), true],
  [
    "a query by GET with variables",
    get({ query: LOOK, variables: '{"id":"3"}', operationName: "Look" }),
    true,
  ],
  ["a GET of any page", get({ query: ORDERS }, {}), false],
  ["a GET of JSON", get({ query: ORDERS }, JSON_TYPE), true],
  ["a GET of a form", get({ query: ORDERS }, { ...MARK, "content-type": "text/plain" }), false],
  ["variables by GET that are no JSON", get({ query: LOOK, variables: "{" }), false],
  ["variables by GET that are null", get({ query: ORDERS, variables: "null" }), false],
  [
    "a query twice in a URL",
    { search: `?query=${encodeURIComponent(ORDERS)}&query=x`, headers: MARK },
    true,
  ],
  ["HEAD", { ...get({ query: ORDERS }), method: "HEAD" }, false],
  ["a form", { ...post({ query: ORDERS }), headers: { "content-type": "text/plain" } }, false],
  [
    "a form that asks on purpose",
    { ...post({ query: ORDERS }), headers: { ...MARK, "content-type": "text/plain" } },
    false,
  ],
  ["XML", { ...post("<a/>"), headers: { "content-type": "application/xml" } }, true],
  [
    "JSON with a charset",
    post({ query: ORDERS }, { "content-type": "Application/JSON ; charset=utf-8" }),
    true,
  ],
  ["anything is accepted", post({ query: ORDERS }, { accept: "*/*" }), true],
  [
    "the newer media type",
    post({ query: ORDERS }, { accept: "application/graphql-response+json" }),
    true,
  ],
  [
    "the newer one rather",
    post(
      { query: ORDERS },
      { accept: "application/graphql-response+json, application/json;q=0.9" },
    ),
    true,
  ],
  [
    "either of them",
    post({ query: ORDERS }, { accept: "application/json, application/graphql-response+json" }),
    true,
  ],
  ["no JSON is accepted", post({ query: ORDERS }, { accept: "application/xml" }), false],
  ["no JSON body", post("{"), true],
  ["an empty body", post(""), true],
  ["an empty object", post({}), false],
  ["several operations at once", post([{ query: ORDERS }]), false],
  ["a query that is no text", post({ query: 42 }), false],
  ["a query without characters", post({ query: "" }), false],
  ["a body that is too large", post({ query: "x".repeat(20_000) }), true],
  ["the hash of a text that nobody sent", post({ extensions: persisted(sha256Of("{ a }")) }), true],
  [
    "a text with its hash",
    post({
      query: "{ orders { status } }",
      extensions: persisted(sha256Of("{ orders { status } }")),
    }),
    true,
  ],
  [
    "the hash of a text that was sent",
    post({ extensions: persisted(sha256Of("{ orders { status } }")) }),
    true,
  ],
  ["a text with another hash", post({ query: ORDERS, extensions: persisted(sha256Of("x")) }), true],
  [
    "another version of hashes",
    post({ query: ORDERS, extensions: persisted(sha256Of(ORDERS), 2) }),
    true,
  ],
  [
    "an id of a manifest",
    post({ extensions: persisted(MANIFEST_ID), variables: { id: "2" } }),
    true,
  ],
  [
    "an id of a manifest by GET",
    get({ extensions: JSON.stringify(persisted(MANIFEST_ID)), variables: '{"id":"2"}' }),
    true,
  ],
];
