import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Supergraph } from "@apollo/federation-internals";
import type { GraphQLSchema } from "graphql";
import { world } from "../src/contract-prices.ts";
import type { Answer } from "../src/graphql-client.ts";
import { ROOT, runProgram } from "../src/program.ts";
import type { Stack } from "../src/stack.ts";
import { worthlessTokens } from "../src/tenancy/callers.ts";
import { get, listen, listenOverEvents, persisted } from "../src/tenancy/doors.ts";
import { operationsOf, type GeneratedOperation } from "../src/tenancy/generated-operations.ts";
import { leaksIn, valuesIn } from "../src/tenancy/judge.ts";
import { NOTHING, withoutNames, type Names } from "../src/tenancy/names.ts";
import { MINE, openTwoAccounts, THEIRS, type TwoAccounts } from "../src/tenancy/two-accounts.ts";

const AT_ONCE = 4;

jest.setTimeout(240_000);

const SCHEMA: GraphQLSchema = Supergraph.build(
  readFileSync(join(ROOT, "supergraph.graphql"), "utf8"),
  { supportedFeatures: null },
)
  .apiSchema()
  .toGraphQLJSSchema();

let accounts: TwoAccounts;
let stack: Stack;
/** Values by which their things are known, and mine are not. */
let marks: ReadonlySet<string>;

beforeAll(async () => {
  accounts = await openTwoAccounts();
  ({ stack } = accounts);
  marks = await marksOfThem();
});
afterAll(() => accounts[Symbol.asyncDispose]());

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
  const { mine, theirs, operator } = accounts;
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
const namesOfTheirs = () => new Set(Object.values(accounts.theirs));

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

/**
 * What is wrong with what another account is told of theirs: anything of theirs, or what differs from what is told of
 * nothing. Empty when nothing is.
 * @param look looks at the answer first
 */
async function faultsOf(
  operation: GeneratedOperation,
  ask: (names: Names) => Promise<Answer<unknown>>,
  look: (answer: Answer<unknown>) => void = () => undefined,
): Promise<readonly object[]> {
  const { title, isNamed, kind } = operation;
  const { theirs } = accounts;
  const [other, none] = await Promise.all([ask(theirs), ask(NOTHING)]);
  look(other);
  const said = kind === "mutation" ? namesOfTheirs() : saidIn(operation, theirs);
  const leaks = leaksIn(other, marks, said);
  const [ofTheirs, ofNothing] = [shapeOf(other, theirs), shapeOf(none, NOTHING)];
  const same = JSON.stringify(ofTheirs) === JSON.stringify(ofNothing);
  if (leaks.length === 0 && (same || !isNamed)) return [];
  return [{ title, leaks, other: ofTheirs, none: ofNothing }];
}

test.each([
  ["the operator is", () => accounts.operator, () => SCHEMA],
  ["they themselves are", () => accounts.them, () => accounts.portalContract],
])("the judge finds what is theirs in what %s told", async (_who, tokenOf, schemaOf) => {
  const { theirs } = accounts;
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
  ["a portal of another account", () => accounts.me, () => accounts.portalContract],
  ["a partner of another account", () => accounts.partner, () => accounts.partnerContract],
])("%s", (_who, tokenOf, contract) => {
  test("is told by no query what is theirs, and of theirs what is told of nothing", async () => {
    const faults = await each(queriesIn(contract()), (operation) =>
      faultsOf(
        operation,
        (names) => post(operation.textFor(names), tokenOf()),
        (answer) => {
          expect([operation.title, unanswered(answer)]).toEqual([operation.title, []]);
        },
      ),
    );
    expect(faults.flat()).toEqual([]);
  });

  test("changes nothing of theirs, as nothing of what does not exist", async () => {
    const own = operationsOf(contract()).filter(({ kind }) => kind === "mutation");
    const roots = [...own, ...mutations].filter(({ title }) => !title.includes("."));
    const faults = await each(roots, (operation) =>
      faultsOf(operation, (names) => post(operation.textFor(names), tokenOf())),
    );
    expect(faults.flat()).toEqual([]);
  });

  test("hears nothing of theirs, replayed from the beginning or from a cursor of theirs", async () => {
    const { start, theirCursor, theirs } = accounts;
    const about = (text: string) => ({ query: text });
    const heard = await Promise.all(
      [start, theirCursor].flatMap((after) =>
        subscriptionsAfter(after, contract())
          .filter(({ title }) => !title.includes("."))
          .flatMap((operation) => [
            listen(stack, about(operation.textFor(theirs)), tokenOf()),
            listen(
              stack,
              about(operation.textFor(NOTHING).replaceAll(NOTHING.customer, MINE)),
              tokenOf(),
            ),
            listenOverEvents(stack, about(operation.textFor(theirs)), tokenOf()),
          ]),
      ),
    );
    expect(heard.flatMap((messages) => leaksIn(messages, marks, namesOfTheirs()))).toEqual([]);
  });

  test("is told no more by GET and by event streams", async () => {
    const named = queriesIn(contract()).filter(
      ({ isNamed, title }) => isNamed && !title.includes("."),
    );
    const told = await each(named, async (operation) => {
      const asked = { query: operation.textFor(accounts.theirs) };
      const got = await get(stack, asked, tokenOf());
      const streamed = await listenOverEvents(stack, asked, tokenOf());
      return leaksIn([got, streamed], marks, saidIn(operation, accounts.theirs));
    });
    expect(told.flat()).toEqual([]);
  });
});

describe("a partner that may send nothing but its own operations", () => {
  const VERSION = "1";
  let folder: string;
  /** Of a partner of mine, and of one of theirs with the same operations. */
  let key: string;
  let theirKey: string;
  /** By title, the ids of the operation that asks for theirs and of the one that asks for nothing. */
  const ids = new Map<string, { readonly theirs: string; readonly none: string }>();
  let operations: readonly GeneratedOperation[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "crossdock-matrix-"));
    operations = operationsOf(accounts.partnerContract, {
      after: accounts.start,
      fromSnapshot: false,
    }).filter(({ isNamed, title }) => isNamed && !title.includes("."));
    const entries = operations.flatMap((operation, at) => [
      entryOf(operation, `Theirs${String(at)}`, accounts.theirs),
      entryOf(operation, `Nothing${String(at)}`, NOTHING),
    ]);
    key = await createPartner("matrix-mine", MINE, entries);
    theirKey = await createPartner("matrix-theirs", THEIRS, entries);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** An operation with its names in it, under an id and a name of its own. */
  function entryOf(operation: GeneratedOperation, name: string, names: Names) {
    const body = operation.textFor(names).replace("Matrix", name);
    const id = createHash("sha256").update(body).digest("hex");
    const known = ids.get(operation.title) ?? { theirs: "", none: "" };
    const which = names === NOTHING ? { none: id } : { theirs: id };
    ids.set(operation.title, { ...known, ...which });
    return { id, name, type: operation.kind, body };
  }

  /** @returns its key, when it may send these operations */
  async function createPartner(
    clientId: string,
    customer: string,
    entries: readonly object[],
  ): Promise<string> {
    const response = await fetch(`${stack.url}/partners`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Bearer ${accounts.operator}`,
      },
      body: JSON.stringify({
        clientId,
        name: "Matrix Ltd",
        customers: [customer],
        operations: "persistedOnly",
      }),
    });
    const { key: made } = (await response.json()) as { readonly key: { readonly text: string } };
    const file = join(folder, "manifest.json");
    const format = "apollo-persisted-query-manifest";
    await writeFile(file, JSON.stringify({ format, version: 1, operations: entries }));
    for (const args of [
      ["push", file, "--client", clientId, "--manifest-version", VERSION],
      ["promote", VERSION, "--client", clientId],
    ]) {
      const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", ["manifest", ...args]);
      program.ready.catch(() => undefined);
      const { code } = await program.exited;
      if (code !== 0) throw new Error(`${program.stdout()}\n${program.stderr()}`);
    }
    return made.text;
  }

  const askedFor = ({ title }: GeneratedOperation, names: Names) => {
    const { theirs = "", none = "" } = ids.get(title) ?? {};
    return persisted(names === NOTHING ? none : theirs);
  };

  test("finds by these ids what is its own", async () => {
    const found = await each(
      operations.filter(({ kind }) => kind === "query"),
      async (operation) => {
        const body = JSON.stringify(askedFor(operation, accounts.theirs));
        const leaks = leaksIn(await stack.post(body, theirKey), marks, new Set());
        return leaks.length > 0 ? [operation.title] : [];
      },
    );
    expect(found.flat()).toEqual(
      expect.arrayContaining(["order(id)", "shipment(trackingNumber)", "invoice(number)"]),
    );
  });

  test("is told nothing of theirs by their ids, and changes nothing", async () => {
    const asked = operations.filter(({ kind }) => kind !== "subscription");
    expect(asked.length).toBeGreaterThan(20);
    const faults = await each(asked, (operation) =>
      faultsOf(
        operation,
        (names) => stack.post(JSON.stringify(askedFor(operation, names)), key),
        ({ errors }) => {
          const codes = errors.map(({ extensions }) => extensions?.["code"]);
          expect([operation.title, ...codes]).not.toContain("PERSISTED_QUERY_NOT_FOUND");
        },
      ),
    );
    expect(faults.flat()).toEqual([]);
  });

  test("is told nothing by GET, by event streams and over a socket", async () => {
    const queriesAlone = operations.filter(({ kind }) => kind === "query");
    const told = await each(queriesAlone, async (operation) => {
      const asked = askedFor(operation, accounts.theirs);
      const got = await get(stack, asked, key);
      const streamed = await listenOverEvents(stack, asked, key);
      return leaksIn([got, streamed], marks, saidIn(operation, accounts.theirs));
    });
    const streams = operations.filter(({ kind }) => kind === "subscription");
    expect(streams.length).toBeGreaterThan(1);
    const heard = await Promise.all(
      [...streams, ...queriesAlone.slice(0, AT_ONCE)].map(async (operation) =>
        leaksIn(
          await listen(stack, askedFor(operation, accounts.theirs), key),
          marks,
          namesOfTheirs(),
        ),
      ),
    );
    expect([...told, ...heard].flat()).toEqual([]);
  });
});

test("the streams that are silent to others tell them what is theirs", async () => {
  const { start, portalContract, theirs, them } = accounts;
  const streams = subscriptionsAfter(start, portalContract).filter(
    ({ title }) => !title.includes("."),
  );
  const told = await Promise.all(
    streams.map(async (operation) => ({
      root: operation.root,
      isTold: (await listen(stack, { query: operation.textFor(theirs) }, them)).length > 0,
    })),
  );
  const roots = told.filter(({ isTold }) => isTold).map(({ root }) => root);
  expect(roots).toEqual(
    expect.arrayContaining(["orderChanged", "shipmentProgressed", "invoiceChanged"]),
  );
});

test("nobody, and who proves nothing, is told and changes nothing at all", async () => {
  const { theirs } = accounts;
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
    const streams = subscriptionsAfter(accounts.start).filter(({ title }) => !title.includes("."));
    const heard = await each(streams, ({ textFor }) =>
      listenOverEvents(stack, { query: textFor(theirs) }, token),
    );
    expect(heard.filter((messages) => /"data":\s*\{/.test(messages.join()))).toEqual([]);
  }
});

test("entities are asked for by subgraphs alone", async () => {
  const text = `{ _entities(representations: [{ __typename: "Order", id: "${accounts.theirs.order}" }]) { __typename } }`;
  const { data, errors } = await post(text, accounts.operator);
  expect(data).toBeNull();
  expect(errors[0]?.extensions?.["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
});
