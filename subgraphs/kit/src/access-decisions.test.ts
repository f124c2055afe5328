import { maySee, parseCustomerNumber, parseInstant, type Viewer } from "@crossdock/domain";
import type { CustomerNumber } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { execute, parse, type ExecutionResult } from "graphql";
import { Writable } from "node:stream";
import { owned, type AccessDecisions } from "./access-decisions.ts";
import type { AccessNote } from "@crossdock/audit";
import { buildSubgraph } from "./build-subgraph.ts";

const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requiresScopes"])
  type Query {
    thing(id: ID!): Thing
    shelf: Shelf!
    restock: Int @requiresScopes(scopes: [["operations:read"], ["orders:read", "billing:write"]])
  }
  type Mutation { rename(id: ID!): RenamePayload! }
  type Shelf { front: Thing hidden: Thing! all: [Thing!]! later: [Thing!]! }
  type Thing @key(fields: "id") { id: ID! name: String next: Thing }
  type RenamePayload { userErrors: [String!]! thing: Thing }
`;

type Thing = { readonly id: string; readonly name: string; readonly owner: CustomerNumber };

const mine: Thing = { id: "mine", name: "my thing", owner: parseCustomerNumber("C10010") };
const theirs: Thing = { id: "theirs", name: "their thing", owner: parseCustomerNumber("C10020") };

const access: AccessDecisions = {
  types: {
    Thing: owned<Thing>({
      maySee: (viewer, { owner }) => maySee(viewer, owner),
      subjectOf: ({ id }) => `thing:${id}`,
    }),
    Shelf: "asker",
    RenamePayload: "asker",
  },
  roots: {
    "Query.thing": "judged",
    "Query.shelf": "narrowed",
    "Query.restock": "operators",
    "Mutation.rename": "command",
  },
};

/** Resolvers that forget to look who is asking. */
const resolvers = {
  Query: {
    thing: (_root: unknown, { id }: { id: string }) => find(id),
    shelf: () => ({
      front: theirs,
      hidden: theirs,
      all: [mine, theirs],
      later: Promise.resolve([theirs, mine]),
    }),
  },
  Mutation: {
    rename: (_root: unknown, { id }: { id: string }) =>
      id === "mine"
        ? { userErrors: [], command: { about: "thing:mine" }, thing: mine }
        : { userErrors: ["UNKNOWN_THING"], command: null, thing: null },
  },
  Thing: {
    __resolveReference: ({ id }: { id: string }) => find(id),
    next: async () => theirs,
  },
};

const find = (id: string) => [mine, theirs].find((thing) => thing.id === id) ?? null;

const logged: string[] = [];
const logger = createLogger({
  name: "test",
  level: "error",
  to: new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged.push(chunk.toString());
      done();
    },
  }),
});
const build = (changes: Partial<AccessDecisions> = {}) =>
  buildSubgraph({
    name: "things",
    sdl: SDL,
    resolvers,
    access: { ...access, ...changes },
    logger,
  });
const schema = build();

const viewer: Viewer = {
  id: "u1",
  name: "Zoë Clerk",
  clientId: "portal",
  role: "portal",
  scopes: ["orders:read"],
  customers: [mine.owner],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
};

const notes: AccessNote[] = [];
const told = () => notes.map(({ access: kind, outcome, subject }) => [kind, outcome, subject]);
beforeEach(() => {
  notes.length = 0;
  logged.length = 0;
});

async function ask(query: string, who: Viewer | null = viewer): Promise<ExecutionResult> {
  return execute({
    schema,
    document: parse(query),
    contextValue: {
      viewer: who,
      correlationId: "c-1",
      reads: {},
      accesses: { note: (note: AccessNote) => notes.push(note) },
    },
  });
}

test("what belongs to another account leaves by no door, whatever the resolvers forget", async () => {
  expect(await ask('{ thing(id: "theirs") { name } }')).toEqual(
    await ask('{ thing(id: "none") { name } }'),
  );
  const shelf = await ask("{ shelf { front { id } all { id next { id } } later { id } } }");
  expect(shelf).toEqual({
    data: {
      shelf: { front: null, all: [{ id: "mine", next: null }], later: [{ id: "mine" }] },
    },
  });
  const named = await ask(
    '{ _entities(representations: [{__typename: "Thing", id: "theirs"}, {__typename: "Thing", id: "mine"}]) { ... on Thing { id } } }',
  );
  expect(named).toEqual({ data: { _entities: [null, { id: "mine" }] } });
  expect(logged.join()).toContain('"field":"Shelf.front"');
});

test("where it may not be null it reads as what is not there any more", async () => {
  const { data, errors } = await ask("{ shelf { hidden { id } } }");
  expect(data).toBeNull();
  expect(errors?.map(({ extensions }) => extensions["code"])).toEqual(["NOT_FOUND"]);
});

test("whoever may see all sees all", async () => {
  const operator = { ...viewer, customers: "all" as const };
  expect(await ask("{ shelf { front { id } all { id } } }", operator)).toEqual({
    data: { shelf: { front: { id: "theirs" }, all: [{ id: "mine" }, { id: "theirs" }] } },
  });
});

test("what was shown, found missing, taken and refused is noted, and what was stopped is not", async () => {
  await ask('query Look { thing(id: "mine") { id next { id } } }');
  expect(notes).toMatchObject([
    { correlationId: "c-1", operation: "Look", viewer: { id: "u1" }, subject: "thing:mine" },
  ]);
  await ask('query Look__things__2 { thing(id: "none") { id } }');
  expect(notes.at(-1)).toMatchObject({ operation: "Look", outcome: "NOT_FOUND" });
  notes.length = 0;
  await ask('mutation { rename(id: "mine") { thing { id } } }');
  await ask('mutation { rename(id: "theirs") { thing { id } } }');
  await ask("{ restock }");
  expect(told()).toEqual([
    ["CHANGE", "OK", "thing:mine"],
    ["READ", "OK", "thing:mine"],
    ["CHANGE", "REFUSED", null],
    ["READ", "FORBIDDEN", null],
  ]);
  expect(notes.at(-1)?.operation).toBe("Query.restock");
});

test("a type or a root field about which nobody has decided keeps the subgraph from being built", () => {
  const without = (decided: object, name: string) =>
    Object.fromEntries(Object.entries(decided).filter(([known]) => known !== name));
  expect(() => build({ types: without(access.types, "Shelf") })).toThrow(
    "nobody has decided who may see Shelf",
  );
  expect(() => build({ roots: without(access.roots, "Query.shelf") })).toThrow(
    "nobody has decided who may ask for Query.shelf",
  );
});

test("a decision about what is not there, or that the schema contradicts, is refused", () => {
  const decide = (types: object, roots: object) => () =>
    build({ types: { ...access.types, ...types }, roots: { ...access.roots, ...roots } });
  expect(decide({ Ghost: "parent" }, {})).toThrow("there is no type Ghost");
  expect(decide({}, { "Query.ghost": "asker" })).toThrow("there is no root field Query.ghost");
  expect(decide({ Shelf: "operators" }, {})).toThrow("Shelf is for operators");
  expect(decide({}, { "Query.shelf": "operators" })).toThrow("Query.shelf is for operators");
  expect(decide({}, { "Query.shelf": "judged" })).toThrow("Query.shelf is judged");
  expect(decide({}, { "Query.thing": "everybody" })).toThrow("Query.thing is for everybody");
  expect(decide({ Shelf: "parent" }, {})).toThrow("Query.shelf answers a part");
});
