import { parseCustomerNumber, parseInstant, type Viewer } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { SourceProtocolError, SourceUnavailableError } from "@crossdock/source-contract";
import { execute, parse, type ExecutionResult } from "graphql";
import { Writable } from "node:stream";
import type { AccessDecisions } from "./access-decisions.ts";
import { buildSubgraph } from "./build-subgraph.ts";
import { createBatchLoader } from "./batch-loader.ts";
import { MASKED_MESSAGE } from "./public-error.ts";

const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@authenticated", "@requiresScopes"])
  scalar Decimal
  scalar DateTime
  type Query {
    free: String
    fails(how: String!): String
    list: [String]
    echo(amount: Decimal, at: DateTime, input: Wrapped): String
    wrong: Decimal
    operators: String @requiresScopes(scopes: [["operations:read", "orders:read"], ["root"]])
    secret: Secret
    box: Box
  }
  input Wrapped { amounts: [Decimal!] }
  type Secret @requiresScopes(scopes: [["root"]]) { word: String }
  type Box { open: String hidden: String @authenticated }
  type Thing @key(fields: "id") { id: ID! name: String }
`;

const lines: string[] = [];
const logger = createLogger({
  name: "test",
  level: "debug",
  to: new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
});

const access: AccessDecisions = {
  types: { Secret: "everybody", Box: "everybody", Thing: "everybody" },
  roots: Object.fromEntries(
    ["free", "fails", "list", "echo", "wrong", "operators", "secret", "box"].map((field) => [
      `Query.${field}`,
      "everybody",
    ]),
  ),
};

const schema = buildSubgraph({
  name: "things",
  sdl: SDL,
  access,
  logger,
  resolvers: {
    Query: {
      free: () => "yes",
      fails: (_root: unknown, { how }: { how: string }) => fail(how),
      list: async () => ["a", new SourceUnavailableError("erp", "list", "timed out")],
      echo: (_root: unknown, args: object) => JSON.stringify(args),
      wrong: () => 1.5,
      operators: () => "yes",
      secret: () => ({ word: "x" }),
      box: () => ({ open: "o", hidden: "h" }),
    },
    Thing: {
      __resolveReference: ({ id }: { id: string }) => {
        if (id === "bad") throw new SourceUnavailableError("erp", "readThing", "timed out");
        return id === "other" ? null : { id, name: `thing ${id}` };
      },
    },
  },
});

function fail(how: string): string {
  if (how === "source") throw new SourceUnavailableError("erp", "readThing", "10.0.0.7 refused");
  if (how === "protocol") throw new SourceProtocolError("erp", "readThing", "secret detail");
  throw new Error("password is hunter2");
}

const viewer: Viewer = {
  id: "u1",
  name: null,
  clientId: "portal",
  role: "portal",
  scopes: ["orders:read"],
  customers: [parseCustomerNumber("C10010")],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
};

async function ask(
  query: string,
  who: Viewer | null = viewer,
  variables: Record<string, unknown> = {},
): Promise<ExecutionResult> {
  return execute({
    schema,
    document: parse(query),
    variableValues: variables,
    contextValue: { viewer: who, correlationId: "c-1" },
  });
}

const codes = (result: ExecutionResult) => result.errors?.map(({ extensions }) => extensions.code);

test("a root field answers a viewer and refuses nobody", async () => {
  expect(await ask("{ free }")).toEqual({ data: { free: "yes" } });
  expect(codes(await ask("{ free }", null))).toEqual(["UNAUTHENTICATED"]);
  const entities =
    '{ _entities(representations: [{__typename: "Thing", id: "1"}]) { ... on Thing { name } } }';
  expect(codes(await ask(entities, null))).toEqual(["UNAUTHENTICATED"]);
});

test("a field that needs scopes is refused without all of one alternative", async () => {
  expect(codes(await ask("{ operators }"))).toEqual(["FORBIDDEN"]);
  const both = { ...viewer, scopes: ["operations:read", "orders:read"] };
  expect(await ask("{ operators }", both)).toEqual({ data: { operators: "yes" } });
  expect(await ask("{ operators }", { ...viewer, scopes: ["root"] })).toEqual({
    data: { operators: "yes" },
  });
});

test("scopes on a type hold for every field that returns it", async () => {
  expect(codes(await ask("{ secret { word } }"))).toEqual(["FORBIDDEN"]);
});

test("an error raised on purpose keeps its code and nothing else", async () => {
  const result = await ask('{ fails(how: "source") }');
  expect(result.errors?.[0]?.extensions).toEqual({ code: "SOURCE_UNAVAILABLE" });
  expect(JSON.stringify(result)).not.toContain("10.0.0.7");
});

test("any other error is masked, and logged whole with its correlation id", async () => {
  for (const how of ["protocol", "bug"]) {
    lines.length = 0;
    const result = await ask(`{ fails(how: "${how}") }`);
    expect(result.errors?.map(({ message }) => message)).toEqual([MASKED_MESSAGE]);
    expect(codes(result)).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(lines.join()).toMatch(how === "bug" ? /hunter2/ : /secret detail/);
    expect(lines.join()).toContain('"correlationId":"c-1"');
  }
});

test("an error inside a list is public too and spoils only its place", async () => {
  const result = await ask("{ list }");
  expect(result.data).toEqual({ list: ["a", null] });
  expect(codes(result)).toEqual(["SOURCE_UNAVAILABLE"]);
});

test("one entity that fails does not take the others along", async () => {
  const result = await ask(
    "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name } } }",
    viewer,
    { r: ["1", "bad", "other"].map((id) => ({ __typename: "Thing", id })) },
  );
  expect(result.data).toEqual({ _entities: [{ name: "thing 1" }, null, null] });
  expect(codes(result)).toEqual(["SOURCE_UNAVAILABLE"]);
});

test("an entity that could be asked for without a reference resolver is refused at build", () => {
  const build = () =>
    buildSubgraph({ name: "x", sdl: SDL, resolvers: { Query: {} }, access, logger });
  expect(build).toThrow("Thing is an entity without __resolveReference.");
});

test("scalars come as text of the domain, from variables and from literals", async () => {
  const viaLiteral = await ask('{ echo(amount: 12.50, at: "2026-11-21T09:00:00+01:00") }');
  expect(viaLiteral.data).toEqual({
    echo: '{"amount":"12.5","at":"2026-11-21T08:00:00.000Z"}',
  });
  const viaVariable = await ask("query($a: Decimal) { echo(amount: $a) }", viewer, { a: 7 });
  expect(viaVariable.data).toEqual({ echo: '{"amount":"7"}' });
});

test("a scalar that cannot be read is the caller's mistake, wherever it stands", async () => {
  for (const query of [
    '{ echo(amount: "twelve") }',
    '{ echo(at: "yesterday") }',
    "{ echo(amount: true) }",
    '{ echo(input: { amounts: ["1", "2e9"] }) }',
  ]) {
    expect(codes(await ask(query))).toEqual(["BAD_USER_INPUT"]);
  }
  const fraction = await ask("query($a: Decimal) { echo(amount: $a) }", viewer, { a: 0.1 });
  expect(codes(fraction)).toEqual(["BAD_USER_INPUT"]);
});

test("no scalar gives out a number", async () => {
  expect((await ask("{ wrong }")).errors?.[0]?.message).toMatch(/not text/);
});

test("a loader reads each key once, in chunks, and a failed chunk fails its own keys only", async () => {
  const calls: (readonly string[])[] = [];
  const loader = createBatchLoader<string, string>({
    signal: new AbortController().signal,
    maxBatchSize: 2,
    load: async (keys) => {
      calls.push(keys);
      if (keys.includes("x")) throw new Error("no");
      return keys.map((key) => (key === "c" ? new Error("c only") : key.toUpperCase()));
    },
  });
  const results = await loader.loadMany(["a", "b", "a", "c", "d", "x"]);
  expect(calls).toEqual([["a", "b"], ["c", "d"], ["x"]]);
  expect(results).toEqual(["A", "B", "A", new Error("c only"), "D", new Error("no")]);
});
