import type { Choices } from "../choices.ts";
import { HOSTILE_TEXTS, hostileValue, type Json } from "../hostile-values.ts";
import type { GeneratedOperation } from "./valid-operation.ts";

/** What stands for an operation in a request, readable or not. */
export type Payload = Json;

const FLOOD = 400;
const DEEP = 700;
const DOUBLINGS = 24;
const BOM = "\uFEFF";

type Change = (operation: GeneratedOperation, choices: Choices) => Payload;

const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_none, at) => make(at)).join(" ");

/** A valid operation with its text cut, doubled or sprinkled. */
const inTheText: readonly Change[] = [
  ({ query, variables }, choices) => ({
    query: query.slice(0, choices.below(query.length)),
    variables,
  }),
  ({ query, variables }, choices) => {
    const at = choices.below(query.length);
    return {
      query: query.slice(0, at) + choices.oneOf(HOSTILE_TEXTS) + query.slice(at),
      variables,
    };
  },
  ({ query, variables }, choices) => {
    const at = choices.below(query.length);
    const length = 1 + choices.below(20);
    return { query: query.slice(0, at) + query.slice(at + length), variables };
  },
  ({ query, variables }, choices) => {
    const words = query.split(" ");
    const at = choices.below(words.length);
    const doubled = [...words.slice(0, at + 1), ...words.slice(at)];
    return { query: doubled.join(" "), variables };
  },
  ({ query, variables }) => ({ query: `${BOM}${query}`, variables }),
  ({ query, variables }) => ({ query: `${query} ${query}`, variables }),
  ({ query, variables }) => ({ query: query.replace("Fuzz", "__proto__"), variables }),
  ({ query, variables }) => ({ query, variables, operationName: "__proto__" }),
  ({ query, variables }) => ({ query, variables, operationName: "Other" }),
  ({ query }, choices) => ({ query, variables: hostileValue(choices) }),
  ({ query, variables }, choices) => ({ query, variables, extensions: hostileValue(choices) }),
  ({ query, variables }, choices) => ({
    query,
    variables,
    extensions: {
      persistedQuery: choices.oneOf<Json>([
        { version: 1, sha256Hash: "0".repeat(64) },
        { version: 1, sha256Hash: "__proto__" },
        { version: 1, sha256Hash: 7 },
        {
          version: 99,
          sha256Hash: "ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38",
        },
        {},
        [],
        "x",
      ]),
    },
  }),
  (_operation, choices) => ({
    extensions: {
      persistedQuery: { version: 1, sha256Hash: choices.oneOf(HOSTILE_TEXTS) },
    },
  }),
  ({ query, variables }, choices) => ({
    query,
    variables,
    documentId: choices.oneOf(HOSTILE_TEXTS),
  }),
  (_operation, choices) => ({ query: choices.oneOf(HOSTILE_TEXTS) }),
  (_operation, choices) => ({ query: hostileValue(choices) }),
  (_operation, choices) => hostileValue(choices),
  (operation) => [{ ...operation }, { ...operation }],
];

/** Small to write and large to work on. */
const bombs: readonly ((choices: Choices) => string)[] = [
  () => `{ ${times(FLOOD, (at) => `a${String(at)}: __typename`)} }`,
  () => `{ ${times(FLOOD * 4, () => "__typename")} }`,
  () => `{ ${times(FLOOD, () => "viewer { id }")} }`,
  () => `{ ${"viewer { ".repeat(DEEP)} id ${"} ".repeat(DEEP)} }`,
  () => `{ ${"... { ".repeat(DEEP)} __typename ${"} ".repeat(DEEP)} }`,
  () => `{ __schema { types { ${"fields { type { ".repeat(12)} name ${"} } ".repeat(12)} } } }`,
  () => 'query { a: __type(name: "__proto__") { name } b: __type(name: "") { name } }',
  () =>
    `{ ...F0 } ${times(DOUBLINGS, (at) => `fragment F${String(at)} on Query { ...F${String(at + 1)} ...F${String(at + 1)} }`)} fragment F${String(DOUBLINGS)} on Query { __typename }`,
  () =>
    `{ ${times(DOUBLINGS, (at) => `x${String(at)}: viewer { ...G0 }`)} } ${times(DOUBLINGS, (at) => `fragment G${String(at)} on Viewer { ...G${String(at + 1)} ...G${String(at + 1)} }`)} fragment G${String(DOUBLINGS)} on Viewer { id }`,
  (choices) => doublingCircle(choices.oneOf(["query", "subscription", "mutation"])),
  () => "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
  () => "{ ...A } fragment A on Query { viewer { ...C } } fragment C on Viewer { ...C }",
  () => `{ viewer ${times(FLOOD, () => "@include(if: true)")} { id } }`,
  () => `{ viewer ${times(FLOOD, (at) => `@nothing${String(at)}`)} { id } }`,
  () => `query Q(${times(FLOOD, (at) => `$v${String(at)}: Int = ${String(at)}`)}) { __typename }`,
  () => `{ availability(skus: ${"[".repeat(DEEP)}${"]".repeat(DEEP)}) { sku } }`,
  () => `{ orders(filter: ${"{ a: ".repeat(DEEP)}1${"}".repeat(DEEP)}) { edges { cursor } } }`,
  () =>
    `{ availability(skus: [${times(FLOOD * 2, (at) => `"NG-${String(at)}"`)}]) { __typename } }`,
  () => `{ product(sku: "${"x".repeat(200_000)}") { sku } }`,
  () => `{ product(sku: """${"\n  x".repeat(20_000)}""") { sku } }`,
  () => `# ${"c".repeat(500_000)}\n{ __typename }`,
  () => times(FLOOD, (at) => `query Q${String(at)} { __typename }`),
  () => "query ($a: Int = 1, $a: Int = 2) { __typename } query ($a: Int!) { __typename }",
  () => "query ($x: [Nothing!]! = [[[1]]]) { product(sku: $x) { sku } }",
  () => "subscription { __typename }",
  () => "subscription ($w: Boolean!) { orderChanged @include(if: $w) { cursor } }",
  () => "subscription { orderChanged { cursor } invoiceChanged { cursor } }",
  () => "mutation { __typename }",
  () =>
    '{ _entities(representations: [{ __typename: "Order", id: "1" }]) { __typename } _service { sdl } }',
  () => "type Query { a: Int } { __typename }",
  () => 'extend schema @link(url: "x") { query: Query }',
  () => `{ __typename } ${"}".repeat(DEEP)}`,
  () => "\u0000{ __typename }",
  () => '{ product(sku: "\\uD800\\u0000") { sku name } }',
  () => "{ products(first: 1e999) { totalCount } }",
  () => "{ products(first: 99999999999999999999) { totalCount } }",
];

/** Without a field in it, so that no count of fields refuses it; each level doubles the ways through it. */
function doublingCircle(kind: "query" | "subscription" | "mutation"): string {
  const type = `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  const levels = 2 * DOUBLINGS;
  const fragments = times(levels, (at) => {
    const next = `...C${String((at + 1) % levels)}`;
    return `fragment C${String(at)} on ${type} { ${next} ${next} }`;
  });
  return `${kind} { ...C0 } ${fragments}`;
}

/** An operation that is wrong in one way. */
export function breakOperation(operation: GeneratedOperation, choices: Choices): Payload {
  if (choices.onceIn(2)) return { query: choices.oneOf(bombs)(choices) };
  return choices.oneOf(inTheText)(operation, choices);
}
