import { getIntrospectionQuery } from "graphql";
import { findProblems, inspectSupergraph } from "../composition/inspect.ts";
import { composeGuardedShop, openGuardedShop } from "../testing/guarded-shop.ts";
import type { GuardedShop } from "../testing/guarded-shop.ts";
import { openEvents } from "../testing/sse-client.ts";

let shop: GuardedShop;
beforeAll(async () => {
  shop = await openGuardedShop();
});
afterAll(() => shop.close());

type Named = { readonly name: string };
type Body = {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { code: string } }[];
};

async function ask(query: string, token: string | null): Promise<Body> {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as Body;
}

/** Names of types, and fields of the root types, as a caller's introspection has them. */
async function seenBy(token: string | null): Promise<readonly string[]> {
  const { data } = await ask(getIntrospectionQuery(), token);
  const { types } = data?.["__schema"] as {
    readonly types: readonly (Named & { readonly fields: readonly Named[] | null })[];
  };
  return types
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap(({ name, fields }) => [
      name,
      ...(fields ?? []).map((field) => `${name}.${field.name}`),
    ]);
}

test("introspection shows a caller's contract, and nothing that only others can reach", async () => {
  const operator = await seenBy("operator/admin");
  expect(operator).toEqual(
    expect.arrayContaining(["Query.logins", "Login", "Origin", "Order.cost", "Mutation.purge"]),
  );
  const partner = await seenBy("partner/admin");
  expect(operator.filter((place) => !partner.includes(place)).sort()).toEqual([
    "Login",
    "Login.at",
    "Login.from",
    "Order.cost",
    "Origin",
    "Origin.host",
    "Query.logins",
  ]);
  const portal = await seenBy("portal/admin");
  expect(partner.filter((place) => !portal.includes(place))).toEqual(["Mutation.purge", "Int"]);
  expect(await seenBy(null)).toEqual(portal);
  expect(portal).toContain("Gadget"); // reached as an implementation alone
});

test("who is not held to a contract is refused what is not in it with its path, and has the rest", async () => {
  shop.asked.length = 0;
  const { data, errors } = await ask('{ motd order(id: "1") { id cost } }', "portal/admin");
  expect(data).toEqual({ motd: expect.any(String) as string, order: { id: "1", cost: null } });
  expect(errors).toMatchObject([{ path: ["order", "cost"], extensions: { code: "FORBIDDEN" } }]);
  expect(shop.asked.join()).not.toContain("cost");
  const argument = await ask("mutation { purge(hard: true) }", "partner/admin");
  expect(argument.errors).toMatchObject([{ path: ["purge"], extensions: { code: "FORBIDDEN" } }]);
});

test("who is held to a contract is refused what is not in it like what nobody has, over every transport", async () => {
  const shape = (body: Body) => JSON.stringify(body).replace(/logins|lozins/g, "FIELD");
  shop.asked.length = 0;
  const hidden = await ask("{ logins { at } }", "portal/admin+held");
  const unknown = await ask("{ lozins { at } }", "portal/admin+held");
  expect(hidden.errors?.[0]?.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  expect(hidden.errors?.[0]?.message).not.toMatch(/did you mean/i);
  expect(shape(hidden)).toBe(shape(unknown));
  const stream = await openEvents(shop.url, {
    method: "POST",
    query: "{ logins { at } }",
    token: "portal/admin+held",
  });
  const { data } = (await stream.next()) ?? {};
  expect(shape(data as Body)).toBe(shape(hidden));
  stream.leave();
  const near = await ask("{ login { at } }", "portal/admin+held");
  expect(near.errors?.[0]?.message).not.toMatch(/logins/);
  expect(shop.asked).toEqual([]);
  expect((await ask("{ logins { at from { host } } }", "operator/x")).data).toEqual({
    logins: [{ at: "now", from: { host: "db-1" } }],
  });
});

test("arguments and values of an enum are cut as fields are", async () => {
  const partner = await ask("mutation { purge(hard: true) }", "partner/admin+held");
  expect(partner.errors?.[0]?.message).toMatch(/Unknown argument "hard"/);
  expect((await ask("mutation { purge }", "partner/admin+held")).data).toEqual({ purge: 1 });
  const values = '{ __type(name: "Handling") { enumValues { name } } }';
  expect((await ask(values, "portal/x")).data).toEqual({
    __type: { enumValues: [{ name: "PLAIN" }] },
  });
});

test("a supergraph of which a contract would have a field without its type is refused", () => {
  const supergraphSdl = composeGuardedShop((sdl) =>
    sdl.replace("type Order implements Thing", 'type Order implements Thing @tag(name: "operator")'),
  );
  const facts = { subgraphs: { store: null, ledger: null } };
  expect(findProblems(supergraphSdl, facts)).toEqual([]);
  const { inspection } = inspectSupergraph({
    ...facts,
    supergraphSdl,
    servedSdl: composeGuardedShop(),
    operations: [],
  });
  expect(inspection.problems.join(" ")).toMatch(/contract for portal cannot be cut: .*Order/);
});
