import { gzipSync } from "node:zlib";
import type { Body, HttpAttack } from "../attack.ts";
import type { Choices } from "../choices.ts";
import { breakOperation, type Payload } from "../documents/broken-operation.ts";
import type { GeneratedOperation, OperationKind } from "../documents/valid-operation.ts";
import { HOSTILE_TEXTS } from "../hostile-values.ts";
import { oddHeaders } from "./headers.ts";

export type MakeOperation = (kind: OperationKind, choices: Choices) => GeneratedOperation;

const KINDS: readonly OperationKind[] = ["query", "query", "query", "mutation", "subscription"];
const BROKEN_ONCE_IN = 2;

/** Either what a client means, or what is wrong with it in one way. */
export function aPayload(choices: Choices, makeOperation: MakeOperation): Payload {
  const operation = makeOperation(choices.oneOf(KINDS), choices);
  return choices.onceIn(BROKEN_ONCE_IN) ? breakOperation(operation, choices) : operation;
}

const JSON_TYPE = "application/json";
const CONTENT_TYPES = [
  "text/plain",
  "application/graphql",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/json; charset=utf-16",
  "application/json; charset=nothing",
  "application/JSON;;;",
  "application/graphql-response+json",
  "json",
  "/",
  "",
];

/** Bodies that no client library makes. */
const ODD_BODIES: readonly ((json: string, choices: Choices) => Body)[] = [
  (json, choices) => ({ text: json.slice(0, choices.below(json.length + 1)) }),
  (json) => ({ text: `${json}${json}` }),
  (json) => ({ text: `[${json},${json}]` }),
  () => ({ text: "" }),
  () => ({ text: "null" }),
  () => ({ text: "true" }),
  () => ({ text: '"{ __typename }"' }),
  () => ({ text: "[]" }),
  () => ({ text: '{"query":"{ __typename }","query":null}' }),
  () => ({ text: '{"__proto__":{"query":"{ __typename }"}}' }),
  () => ({ text: '{"constructor":{"prototype":{}},"query":"{ __typename }"}' }),
  () => ({ text: '{"query":"{ __typename }","variables":{"__proto__":{"a":1}}}' }),
  () => ({ text: '{"query":"{ __typename }","variables":"{}"}' }),
  () => ({ text: '{"query":"{ __typename }","variables":1e999}' }),
  () => ({ text: `{"query":"{ __typename }","variables":${deep("[", "]")}}` }),
  () => ({ text: `{"query":"{ __typename }","extensions":{"a":${deep("[", "]")}}}` }),
  () => ({ text: `{"query":"{ __typename }","variables":{"a":${deep('{"a":', "}", "1")}}}` }),
  () => ({
    text: `{"query":"subscription ($c: EventCursor) { orderChanged(after: $c) { cursor } }","variables":{"c":${deep("[", "]")}}}`,
  }),
  () => ({
    text: `{"query":"query ($s: String) { product(sku: $s) { sku } }","variables":{"s":${deep("[", "]")}}}`,
  }),
  () => ({
    text: `{"query":"query ($f: OrderFilter) { orders(filter: $f) { totalCount } }","variables":{"f":${deep('{"a":', "}", "1")}}}`,
  }),
  () => ({ repeated: "[", times: 100_000 }),
  () => ({ repeated: '{"a":', times: 100_000 }),
  () => ({ repeated: " ", times: 3_000_000 }),
  () => ({ base64: "/////w==" }),
  () => ({ base64: "AAAA" }),
  (json) => ({ base64: gzipSync(json).toString("base64") }),
  (_json, choices) => ({ text: choices.oneOf(HOSTILE_TEXTS) }),
];

const NESTED = 50_000;

/** Deeper than any function that calls itself can follow. */
function deep(open: string, close: string, innermost = ""): string {
  return `${open.repeat(NESTED)}${innermost}${close.repeat(NESTED)}`;
}

export function aPost(choices: Choices, makeOperation: MakeOperation): HttpAttack {
  const json = JSON.stringify(aPayload(choices, makeOperation));
  const accept = choices.onceIn(6) ? { accept: "text/event-stream" } : {};
  return {
    kind: "http",
    method: "POST",
    path: "/graphql",
    headers: {
      "content-type": choices.onceIn(10) ? choices.oneOf(CONTENT_TYPES) : JSON_TYPE,
      ...accept,
      ...(choices.onceIn(5) ? oddHeaders(choices) : {}),
    },
    body: choices.onceIn(8) ? choices.oneOf(ODD_BODIES)(json, choices) : { text: json },
  };
}

/** The operation in the query string, where every value is text. */
export function aGet(choices: Choices, makeOperation: MakeOperation): HttpAttack {
  const payload = aPayload(choices, makeOperation);
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(payload ?? {})) {
    parameters.append(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  if (choices.onceIn(6)) parameters.append("query", "{ __typename }");
  if (choices.onceIn(6)) parameters.append("variables", choices.oneOf(HOSTILE_TEXTS));
  if (choices.onceIn(8)) parameters.append("__proto__[query]", "{ __typename }");
  const odd = choices.onceIn(8)
    ? `&${choices.oneOf(["%", "%zz", "&&&==", "a[b][c]=1", "query"])}`
    : "";
  const most = 12_000;
  return {
    kind: "http",
    method: choices.oneOf(["GET", "GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"]),
    path: `/graphql?${parameters.toString().slice(0, most)}${odd}`,
    headers: {
      accept: choices.onceIn(3) ? "text/event-stream" : JSON_TYPE,
      ...(choices.onceIn(2) ? { "apollo-require-preflight": "1" } : {}),
      ...(choices.onceIn(5) ? oddHeaders(choices) : {}),
    },
  };
}
