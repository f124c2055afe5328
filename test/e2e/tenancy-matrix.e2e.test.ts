import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Supergraph } from "@apollo/federation-internals";
import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from "graphql";
import { createClient } from "graphql-ws";
import { WebSocket } from "ws";
import {
  RequestReturnDocument,
  ReserveInventoryDocument,
  WholeOrderDocument,
} from "../generated/operations.ts";
import { world } from "../src/contract-prices.ts";
import { untilBooksAreFull } from "../src/full-books.ts";
import type { Answer } from "../src/graphql-client.ts";
import { anOrder, oldestCursor, placeOrder, STAPLE, waitForStatus } from "../src/placing-orders.ts";
import { ROOT, runProgram } from "../src/program.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { worthlessTokens } from "../src/tenancy/callers.ts";
import { operationsOf, type GeneratedOperation } from "../src/tenancy/generated-operations.ts";
import { leaksIn, valuesIn } from "../src/tenancy/judge.ts";
import { NOTHING, withoutNames, type Names } from "../src/tenancy/names.ts";
import { medianOf, shareBelow } from "../src/tenancy/samples.ts";

const MINE = "C10010";
const THEIRS = "C10020";
const SPEED = 2_000;
const PATH_MS = 60_000;
/** Far over what the vendors allow: calls are not what is looked at here. */
const CALLS_PER_MINUTE = 100_000;
const AT_ONCE = 4;
const REPLAY_MS = 4_000;

jest.setTimeout(240_000);

const SCHEMA: GraphQLSchema = Supergraph.build(
  readFileSync(join(ROOT, "supergraph.graphql"), "utf8"),
  { supportedFeatures: null },
)
  .apiSchema()
  .toGraphQLJSSchema();

let stack: Stack;
let me: string;
let them: string;
let partner: string;
let operator: string;
let mine: Names;
let theirs: Names;
let portalContract: GraphQLSchema;
let partnerContract: GraphQLSchema;
/** Before everything that happened. */
let start: string;
/** Of a stream of theirs. */
let theirCursor: string;
/** Values by which their things are known, and mine are not. */
let marks: ReadonlySet<string>;

beforeAll(async () => {
  stack = await startStack({ speed: SPEED, callsPerMinute: CALLS_PER_MINUTE });
  [me, them, partner, operator] = await Promise.all([
    stack.token("portal", MINE),
    stack.token("portal", THEIRS),
    stack.token("partner", MINE),
    stack.token("operator"),
  ]);
  await untilBooksAreFull(stack, operator);
  [portalContract, partnerContract] = [await contractOf(me), await contractOf(partner)];
  [mine, theirs] = [await thingsOf(MINE, me), await thingsOf(THEIRS, them)];
  start = await oldestCursor(stack, operator);
  theirCursor = await cursorOf(them);
  marks = await marksOfThem();
});
afterAll(() => stack[Symbol.asyncDispose]());

/** One order that goes the whole way, and what an account can have besides. */
async function thingsOf(customer: string, token: string): Promise<Names> {
  const input = anOrder(customer);
  const placed = await placeOrder(stack, input, token);
  await waitForStatus(stack, placed, "INVOICED", token, PATH_MS);
  const { order } = await stack.ask(WholeOrderDocument, { id: placed.orderId }, token);
  const [shipment] = order?.shipments ?? [];
  const [invoice] = order?.invoices ?? [];
  const { reserveInventory } = await stack.ask(
    ReserveInventoryDocument,
    { input: { idempotencyKey: randomUUID(), sku: STAPLE, quantity: "1" } },
    token,
  );
  const orderLine = `${placed.orderId}/1`;
  const { requestReturn } = await stack.ask(
    RequestReturnDocument,
    {
      input: {
        idempotencyKey: randomUUID(),
        orderId: placed.orderId,
        lines: [{ orderLineId: orderLine, quantity: "1", reason: "Too many." }],
      },
    },
    token,
  );
  const names: Names = {
    customer,
    order: placed.orderId,
    orderNumber: order?.number ?? "",
    orderLine,
    reference: input.customerReference ?? "",
    command: placed.commandId,
    idempotencyKey: input.idempotencyKey,
    shipment: shipment?.id ?? "",
    shipmentNumber: shipment?.number ?? "",
    tracking: shipment?.trackingNumber ?? "",
    invoice: invoice?.id ?? "",
    invoiceNumber: invoice?.number ?? "",
    reservation: reserveInventory.reservation?.id ?? "",
    return: requestReturn.return?.id ?? "",
  };
  expect(Object.entries(names).filter(([, name]) => name === "")).toEqual([]);
  return names;
}

async function cursorOf(token: string): Promise<string> {
  const text = `subscription { orderChanged(after: "${start}") { cursor } }`;
  const [first] = await listen(text, token);
  return (first as { data: { orderChanged: { cursor: string } } }).data.orderChanged.cursor;
}

/** What the schema is for who asks. */
async function contractOf(token: string): Promise<GraphQLSchema> {
  const { data, errors } = await post(getIntrospectionQuery(), token);
  expect(errors).toEqual([]);
  return buildClientSchema(data as IntrospectionQuery);
}

/** Every query of the schema that somebody sees, and at their roots those that it does not see. */
function queriesIn(contract: GraphQLSchema): readonly GeneratedOperation[] {
  const seen = operationsOf(contract).filter(({ kind }) => kind === "query");
  return [...seen, ...queries.filter(({ title }) => !title.includes("."))];
}

const queries = operationsOf(SCHEMA).filter(({ kind }) => kind === "query");
const mutations = operationsOf(SCHEMA).filter(({ kind }) => kind === "mutation");
const subscriptionsAfter = (after: string, schema = SCHEMA) =>
  operationsOf(schema, { after, fromSnapshot: false }).filter(
    ({ kind }) => kind === "subscription",
  );

async function post(text: string, token?: string): Promise<Answer<unknown>> {
  return stack.post(JSON.stringify({ query: text }), token);
}

/** In their order, some at once. */
async function each<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return results;
}

/** What the operator is told of theirs and not of mine, and what the catalogue does not have. */
async function marksOfThem(): Promise<ReadonlySet<string>> {
  const told = async (names: Names) =>
    valuesIn(
      await each(
        queries.filter(({ isNamed }) => isNamed),
        async (operation) => (await post(operation.textFor(names), operator)).data,
      ),
    );
  const [ofMine, ofTheirs] = [await told(mine), await told(theirs)];
  const everybodys = valuesIn([world.items, world.warehouses]);
  const own = [...ofTheirs].filter(
    (value) => !ofMine.has(value) && !everybodys.has(value) && !value.includes("@"),
  );
  const customer = world.customers.find(({ number }) => number === THEIRS);
  return new Set([...own, ...Object.values(theirs), customer?.name ?? THEIRS]);
}

/** An answer as far as it may differ between two who are told the same. */
function shapeOf(answer: Answer<unknown>, names: Names): unknown {
  const { status, data, errors } = answer;
  const told = errors.map(({ message, path, extensions }) => {
    const { correlationId: _own, ...rest } = extensions ?? {};
    return { message, path, extensions: rest };
  });
  return JSON.parse(withoutNames(JSON.stringify({ status, data, errors: told }), names));
}

const saidIn = (operation: GeneratedOperation, names: Names) =>
  valuesIn([...operation.textFor(names).matchAll(/"([^"]*)"/g)].map(([, said]) => said));
type Access = { readonly dropped: number };

const asked = () => new Set(Object.values(theirs));

/** Answers that tell nothing because the question was not answered. */
const UNANSWERED = [
  "COST_LIMIT",
  "RATE_LIMITED",
  "DEPTH_LIMIT",
  "SOURCE_UNAVAILABLE",
  "INTERNAL_SERVER_ERROR",
];
const unanswered = ({ errors }: Answer<unknown>) =>
  errors.filter(({ extensions }) => UNANSWERED.includes(String(extensions?.["code"])));

test.each([
  ["the operator is", () => operator, () => SCHEMA],
  ["they themselves are", () => them, () => portalContract],
])("the judge finds what is theirs in what %s told", async (_who, tokenOf, schemaOf) => {
  expect(marks.size).toBeGreaterThan(20);
  expect([...marks]).toEqual(expect.arrayContaining(Object.values(theirs)));
  const found = await each(
    operationsOf(schemaOf()).filter(({ kind, isNamed }) => kind === "query" && isNamed),
    async (operation) => {
      const answer = await post(operation.textFor(theirs), tokenOf());
      expect([operation.title, unanswered(answer)]).toEqual([operation.title, []]);
      const leaks = leaksIn(answer.data, marks, saidIn(operation, theirs));
      return { title: operation.title, isFound: leaks.length > 0 };
    },
  );
  const finding = found.filter(({ isFound }) => isFound).map(({ title }) => title);
  expect(finding).toEqual(
    expect.arrayContaining([
      "order(id)",
      "order(number).shipments",
      "order(id).invoices",
      "shipment(trackingNumber).orders",
      "invoice(number).customer",
      "customer(id).orders",
      "return(id).order",
    ]),
  );
  process.stderr.write(`${String(finding.length)} of ${String(found.length)} named queries tell\n`);
});

test("every root field of the schema is asked", () => {
  const askedFor = new Set(operationsOf(SCHEMA).map(({ root }) => root));
  const roots = [SCHEMA.getQueryType(), SCHEMA.getMutationType(), SCHEMA.getSubscriptionType()];
  const there = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  expect(there.filter((root) => !askedFor.has(root))).toEqual([]);
  expect(queries.length).toBeGreaterThan(100);
});

describe.each([
  ["a portal of another account", () => me, () => portalContract],
  ["a partner of another account", () => partner, () => partnerContract],
])("%s", (_who, tokenOf, contract) => {
  test("is told by no query what is theirs, and of theirs what is told of nothing", async () => {
    const faults = await each(queriesIn(contract()), async (operation) => {
      const [other, none] = await Promise.all([
        post(operation.textFor(theirs), tokenOf()),
        post(operation.textFor(NOTHING), tokenOf()),
      ]);
      expect([operation.title, unanswered(other)]).toEqual([operation.title, []]);
      const leaks = leaksIn(other, marks, saidIn(operation, theirs));
      const same =
        JSON.stringify(shapeOf(other, theirs)) === JSON.stringify(shapeOf(none, NOTHING));
      return leaks.length === 0 && (same || !operation.isNamed)
        ? []
        : [
            {
              title: operation.title,
              leaks,
              other: shapeOf(other, theirs),
              none: shapeOf(none, NOTHING),
            },
          ];
    });
    expect(faults.flat()).toEqual([]);
  });

  test("changes nothing of theirs, as nothing of what does not exist", async () => {
    const own = operationsOf(contract()).filter(({ kind }) => kind === "mutation");
    const roots = [...own, ...mutations].filter(({ title }) => !title.includes("."));
    const faults = await each(roots, async (operation) => {
      const [other, none] = await Promise.all([
        post(operation.textFor(theirs), tokenOf()),
        post(operation.textFor(NOTHING), tokenOf()),
      ]);
      const leaks = leaksIn(other, marks, asked());
      const same =
        JSON.stringify(shapeOf(other, theirs)) === JSON.stringify(shapeOf(none, NOTHING));
      return leaks.length === 0 && (same || !operation.isNamed)
        ? []
        : [
            {
              title: operation.title,
              leaks,
              other: shapeOf(other, theirs),
              none: shapeOf(none, NOTHING),
            },
          ];
    });
    expect(faults.flat()).toEqual([]);
  });

  test("hears nothing of theirs, replayed from the beginning or from a cursor of theirs", async () => {
    const heard = await Promise.all(
      [start, theirCursor].flatMap((after) =>
        subscriptionsAfter(after, contract())
          .filter(({ title }) => !title.includes("."))
          .flatMap((operation) => [
            listen(operation.textFor(theirs), tokenOf()),
            listen(operation.textFor(NOTHING).replaceAll(NOTHING.customer, MINE), tokenOf()),
            listenOverEvents(operation.textFor(theirs), tokenOf()),
          ]),
      ),
    );
    expect(heard.flatMap((messages) => leaksIn(messages, marks, asked()))).toEqual([]);
  });

  test("is told no more by GET and by event streams", async () => {
    const named = queriesIn(contract()).filter(
      ({ isNamed, title }) => isNamed && !title.includes("."),
    );
    const told = await each(named, async (operation) => {
      const text = operation.textFor(theirs);
      const [got, streamed] = [await get(text, tokenOf()), await listenOverEvents(text, tokenOf())];
      return leaksIn([got, streamed], marks, saidIn(operation, theirs));
    });
    expect(told.flat()).toEqual([]);
  });
});

test("the streams that are silent to others tell them what is theirs", async () => {
  const streams = subscriptionsAfter(start, portalContract).filter(
    ({ title }) => !title.includes("."),
  );
  const told = await Promise.all(
    streams.map(async (operation) => ({
      root: operation.root,
      isTold: (await listen(operation.textFor(theirs), them)).length > 0,
    })),
  );
  const roots = told.filter(({ isTold }) => isTold).map(({ root }) => root);
  expect(roots).toEqual(
    expect.arrayContaining(["orderChanged", "shipmentProgressed", "invoiceChanged"]),
  );
});

test("nobody, and who proves nothing, is told and changes nothing at all", async () => {
  const { expired, wrongAudience, foreignKey } = await worthlessTokens(stack);
  const roots = [...queries, ...mutations].filter(({ title }) => !title.includes("."));
  for (const token of [undefined, expired, wrongAudience, foreignKey]) {
    const answers = await each(roots, async (operation) => ({
      title: operation.title,
      answer: await post(operation.textFor(theirs), token),
    }));
    const told = answers.filter(
      ({ answer: { data, errors } }) =>
        errors.length === 0 || Object.values(data ?? {}).some((value) => value !== null),
    );
    expect(told.map(({ title }) => title)).toEqual([]);
    const streams = subscriptionsAfter(start).filter(({ title }) => !title.includes("."));
    const heard = await each(streams, ({ textFor }) => listenOverEvents(textFor(theirs), token));
    expect(heard.filter((messages) => /"data":\s*\{/.test(messages.join()))).toEqual([]);
  }
});

test("who was shown what is in the journal of accesses, with ids and without data", async () => {
  const operation = operationsOf(portalContract).find(
    ({ title }) => title === "order(id).shipments",
  );
  await post(operation?.textFor(theirs) ?? "", them);
  await post(operation?.textFor(theirs) ?? "", me);
  const day = 24 * 60 * 60_000;
  const url = new URL("/accesses", stack.url);
  url.searchParams.set("from", new Date(Date.now() - day).toISOString());
  url.searchParams.set("to", new Date(Date.now() + day).toISOString());
  const exported = async (token: string) =>
    fetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect((await exported(me)).status).toBe(403);
  const text = await (await exported(operator)).text();
  const rows = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Access);
  expect(rows).toContainEqual(
    expect.objectContaining({
      clientId: "local-portal",
      access: "CHANGE",
      operation: "SubmitOrder",
      outcome: "OK",
      subjects: expect.arrayContaining([`order:${theirs.order}`]) as unknown,
    }),
  );
  expect(rows).toContainEqual(
    expect.objectContaining({
      access: "READ",
      operation: "Matrix",
      outcome: "OK",
      subjects: expect.arrayContaining([
        `order:${theirs.order}`,
        `shipment:${theirs.shipment}`,
      ]) as unknown,
    }),
  );
  expect(rows).toContainEqual(
    expect.objectContaining({ operation: "Matrix", outcome: "NOT_FOUND", subjects: [] }),
  );
  expect(rows.filter(({ dropped }) => dropped > 0)).toEqual([]);
  const customer = world.customers.find(({ number }) => number === THEIRS);
  expect(text).not.toContain(customer?.name ?? THEIRS);
  expect(text).not.toContain(theirs.reference);
});

test("operators export the journal from a shell, of one thing and as a table", async () => {
  const day = 24 * 60 * 60_000;
  const from = new Date(Date.now() - day).toISOString();
  const to = new Date(Date.now() + day).toISOString();
  const subject = `reservation:${theirs.reservation}`;
  const flags = ["--from", from, "--to", to, "--subject", subject, "--format", "csv"];
  const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", [
    "audit",
    "export",
    ...flags,
  ]);
  expect((await program.exited).code).toBe(0);
  const [head, ...rows] = program.stdout().trim().split("\n");
  expect(head).toBe(
    "sequence,at,clientId,viewerId,role,access,operation,outcome,subjects,correlationId,dropped",
  );
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.filter((row) => !row.includes(subject))).toEqual([]);
  const wrong = runProgram({ ...stack.settings }, "app/src/ctl.ts", [
    "audit",
    "export",
    ...["--from", "yesterday", "--to", to],
  ]);
  expect((await wrong.exited).code).toBe(1);
  expect(wrong.stderr()).toContain("from:");
});

test("entities are asked for by subgraphs alone", async () => {
  const text = `{ _entities(representations: [{ __typename: "Order", id: "${theirs.order}" }]) { __typename } }`;
  const { data, errors } = await post(text, operator);
  expect(data).toBeNull();
  expect(errors[0]?.extensions?.["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
});

describe("how long it takes", () => {
  const SAMPLES = 40;
  const LOOK_UPS = [
    "order(id)",
    "order(number)",
    "shipment(id)",
    "shipment(number)",
    "shipment(trackingNumber)",
    "invoice(id)",
    "invoice(number)",
    "customer(id)",
    "reservation(id)",
    "return(id)",
    "command(id)",
  ];
  /** Of the one median to the other. */
  const MAX_RATIO = 1.5;
  /** Two samples of one distribution are nearly never further from a half. */
  const MAX_SHARE_OFF = 0.25;

  test.each(LOOK_UPS)(
    "to find that %s is theirs is as long as that there is none",
    async (title) => {
      const operation = operationsOf(portalContract).find((one) => one.title === title);
      if (operation === undefined) throw new Error(`No query is titled ${title}.`);
      const took = { theirs: [] as number[], none: [] as number[] };
      const time = async (names: Names, into: number[]) => {
        const from = performance.now();
        await post(operation.textFor(names), me);
        into.push(performance.now() - from);
      };
      for (let round = 0; round < SAMPLES; round += 1) {
        const first = round % 2 === 0;
        await time(first ? theirs : NOTHING, first ? took.theirs : took.none);
        await time(first ? NOTHING : theirs, first ? took.none : took.theirs);
      }
      const [ofTheirs, ofNone] = [medianOf(took.theirs), medianOf(took.none)];
      const share = shareBelow(took.theirs, took.none);
      const told = `${title}: ${ofTheirs.toFixed(1)} and ${ofNone.toFixed(1)} ms, share ${share.toFixed(2)}`;
      process.stderr.write(`${told}\n`);
      expect(Math.max(ofTheirs / ofNone, ofNone / ofTheirs)).toBeLessThan(MAX_RATIO);
      expect(Math.abs(share - 0.5)).toBeLessThan(MAX_SHARE_OFF);
    },
  );
});

/** All that a stream says within some seconds. */
async function listen(text: string, token: string): Promise<readonly unknown[]> {
  const messages: unknown[] = [];
  const client = createClient({
    url: `${stack.url.replace(/^http/, "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  const stop = client.subscribe(
    { query: text },
    {
      next: (message) => messages.push(message),
      error: (error) => messages.push(String(error)),
      complete: () => undefined,
    },
  );
  await new Promise((resolve) => setTimeout(resolve, REPLAY_MS));
  stop();
  await client.dispose();
  return messages;
}

/** The same as server-sent events: also of a query, whose one result ends it. */
async function listenOverEvents(text: string, token?: string): Promise<readonly string[]> {
  const messages: string[] = [];
  try {
    const response = await fetch(`${stack.url}/graphql`, {
      method: "POST",
      headers: {
        accept: "text/event-stream",
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query: text }),
      signal: AbortSignal.timeout(REPLAY_MS),
    });
    for await (const chunk of response.body ?? []) {
      messages.push(Buffer.from(chunk as Uint8Array).toString());
    }
  } catch (error) {
    if ((error as Error).name !== "TimeoutError") throw error;
  }
  return messages;
}

async function get(text: string, token: string): Promise<string> {
  const url = new URL("/graphql", stack.url);
  url.searchParams.set("query", text);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, "apollo-require-preflight": "true" },
  });
  return response.text();
}
