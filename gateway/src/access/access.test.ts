import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { openGuardedShop } from "../testing/guarded-shop.ts";
import type { GuardedShop } from "../testing/guarded-shop.ts";
import { openEvents } from "../testing/sse-client.ts";

let shop: GuardedShop;
beforeAll(async () => {
  shop = await openGuardedShop();
});
afterAll(() => shop.close());
beforeEach(() => {
  shop.asked.length = 0;
});

type Body = {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string };
  }[];
};

async function ask(
  query: string,
  token: string | null,
  variables: Record<string, unknown> = {},
): Promise<Body> {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Body;
}

const refusalsOf = ({ errors = [] }: Body) =>
  errors.map(({ extensions, path }) => `${extensions.code} ${path?.join(".") ?? ""}`);

describe("who does not say who they are", () => {
  test("get what is public, and nobody is asked for the rest", async () => {
    const body = await ask('{ motd order(id: "1") { title } }', null);
    expect(body.data).toEqual({ motd: "hello", order: null });
    expect(refusalsOf(body)).toEqual(["UNAUTHENTICATED order"]);
    expect(shop.asked).toEqual(["store {motd}"]);
  });

  test("cause no fetch at all when nothing of it is public", async () => {
    const body = await ask('{ order(id: "1") { title } orders { id } }', null);
    expect(body.data).toBeNull(); // a list that may not be null takes its parent with it
    expect(refusalsOf(body)).toEqual(["UNAUTHENTICATED order", "UNAUTHENTICATED orders"]);
    expect(shop.asked).toEqual([]);
  });

  test("change nothing", async () => {
    const body = await ask('mutation { close(id: "1") { id } }', null);
    expect(body.data).toEqual({ close: null });
    expect(refusalsOf(body)).toEqual(["UNAUTHENTICATED close"]);
    expect(shop.asked).toEqual([]);
  });
});

describe("who lacks a scope", () => {
  test("gets null and an error for each place, with the positions in lists", async () => {
    const body = await ask("{ orders { id memo: note balance isOpen } }", "portal/orders");
    expect(body.data).toEqual({
      orders: [
        { id: "1", memo: null, balance: null, isOpen: true },
        { id: "2", memo: null, balance: null, isOpen: true },
      ],
    });
    expect(refusalsOf(body)).toEqual([
      "FORBIDDEN orders.0.memo",
      "FORBIDDEN orders.1.memo",
      "FORBIDDEN orders.0.balance",
      "FORBIDDEN orders.1.balance",
    ]);
    expect(body.errors?.[0]?.message).toBe("This needs the scope money.");
    expect(shop.asked.join()).not.toMatch(/note|balance/);
  });

  test("causes no fetch to a subgraph of which nothing else is wanted", async () => {
    const body = await ask("{ orders { id balance } }", "portal/orders");
    expect(refusalsOf(body)).toHaveLength(2);
    expect(shop.asked.filter((call) => call.startsWith("ledger"))).toEqual([]);
  });

  test("loses what a field that may not be null stands in, with the field's whole path", async () => {
    const one = await ask('{ order(id: "1") { id total } motd }', "portal/orders");
    expect(one.data).toEqual({ order: null, motd: "hello" });
    expect(refusalsOf(one)).toEqual(["FORBIDDEN order.total"]);
    const many = await ask("{ orders { total } }", "portal/orders");
    expect(many.data).toBeNull();
    expect(refusalsOf(many)).toEqual(["FORBIDDEN orders.total"]);
  });

  test("is told nothing of an object that is not there", async () => {
    const body = await ask('{ order(id: "none") { id note } }', "portal/orders");
    expect(body).toMatchObject({ data: { order: null } });
    expect(body).not.toHaveProperty("errors");
  });

  test("does not change what needs it, and changes the rest", async () => {
    const body = await ask(
      'mutation { gone: destroy(id: "1") { id } close(id: "b") { id note } }',
      "portal/orders",
    );
    expect(body.data).toEqual({ gone: null, close: { id: "b", note: null } });
    expect(refusalsOf(body)).toEqual(["FORBIDDEN gone", "FORBIDDEN close.note"]);
    expect(shop.asked).toEqual(['store mutation{close(id:"b"){id}}']);
  });

  test("still changes something when nothing of the answer is left", async () => {
    const body = await ask('mutation { close(id: "b") { note } }', "portal/orders");
    expect(body.data).toEqual({ close: { note: null } });
    expect(shop.asked).toEqual(['store mutation{close(id:"b"){__typename}}']);
  });

  test("is refused a field by the type of its value, one of several groups of scopes being enough", async () => {
    const query = '{ order(id: "1") { secret { id code } } }';
    const refused = await ask(query, "portal/night");
    expect(refused.data).toEqual({ order: { secret: null } });
    expect(refused.errors?.[0]?.message).toBe("This needs the scope admin or night and watch.");
    for (const scopes of ["night+watch", "admin"]) {
      const body = await ask(query, `portal/${scopes}`);
      expect(body).toMatchObject({ data: { order: { secret: { code: "0000" } } } });
      expect(body).not.toHaveProperty("errors");
    }
  });

  test("is refused a field by the type of an argument that is given, also within an input", async () => {
    expect(await ask("{ lookup }", null)).toMatchObject({ data: { lookup: "found" } });
    for (const given of ['code: "x"', 'filter: { code: "x" }', 'filter: { title: "x" }']) {
      const body = await ask(`{ lookup(${given}) }`, "portal/orders");
      expect(body.data).toEqual({ lookup: null });
      expect(refusalsOf(body)).toEqual(["FORBIDDEN lookup"]);
    }
    expect(await ask('{ lookup(code: "x") }', "portal/audit")).toEqual(
      expect.objectContaining({ data: { lookup: "found" } }),
    );
    expect(shop.asked).toHaveLength(2);
  });
});

describe("fragments, conditions and abstract types", () => {
  test("a field of an interface asks for what any of its implementations does", async () => {
    const plain = await ask("{ things { id title } }", "portal/orders");
    expect(plain.data).toEqual({
      things: [
        { id: "1", title: null },
        { id: "g", title: null },
      ],
    });
    expect(refusalsOf(plain)).toEqual(["FORBIDDEN things.0.title", "FORBIDDEN things.1.title"]);
    const narrowed = await ask("{ things { id ... on Order { title } } }", "portal/orders");
    expect(narrowed.data).toEqual({ things: [{ id: "1", title: "Order 1" }, { id: "g" }] });
    expect(narrowed).not.toHaveProperty("errors");
    const granted = await ask("{ things { title } }", "portal/gadgets");
    expect(granted.data).toEqual({ things: [{ title: "Order 1" }, { title: "Gadget g" }] });
  });

  test("members of a union lose what is refused on them alone", async () => {
    const query = `{ found { ...F } }
      fragment F on Found { __typename ... on Order { title note } ... on Secret { code } }`;
    const body = await ask(query, "portal/money");
    expect(body.data).toEqual({
      found: [
        { __typename: "Order", title: "Order 1", note: "gift" },
        { __typename: "Secret", code: null },
      ],
    });
    expect(refusalsOf(body)).toEqual(["FORBIDDEN found.1.code"]);
  });

  test("a fragment is refused wherever it is spread, each place once", async () => {
    const query = `{ a: order(id: "1") { ...N ...N } b: order(id: "2") { ...N } }
      fragment N on Order { id note }`;
    const body = await ask(query, "portal/orders");
    expect(body.data).toEqual({ a: { id: "1", note: null }, b: { id: "2", note: null } });
    expect(refusalsOf(body)).toEqual(["FORBIDDEN a.note", "FORBIDDEN b.note"]);
  });

  test("what a condition leaves out was not refused", async () => {
    const query = `query ($full: Boolean = false) {
      order(id: "1") { id ... @include(if: $full) { note } balance @skip(if: true) } }`;
    const without = await ask(query, "portal/orders");
    expect(without.data).toEqual({ order: { id: "1" } });
    expect(without).not.toHaveProperty("errors");
    expect(refusalsOf(await ask(query, "portal/orders", { full: true }))).toEqual([
      "FORBIDDEN order.note",
    ]);
  });
});

test("what one caller is refused, another one is given, by the same text and in any order", async () => {
  const query = "query Mine { orders { id note balance } }";
  const granted = { id: "1", note: "gift", balance: "1.00" };
  const refused = { id: "1", note: null, balance: null };
  for (const [token, first] of [
    ["portal/orders", refused],
    ["portal/money", granted],
    ["operator/orders", refused],
    ["operator/money", granted],
    ["portal/orders", refused],
  ] as const) {
    expect((await ask(query, token)).data).toMatchObject({ orders: [first, {}] });
  }
});

describe("subscriptions", () => {
  test("one that is refused is not opened, over either transport", async () => {
    const stream = await openEvents(shop.url, {
      method: "POST",
      query: "subscription { orderDestroyed { id } }",
      token: "portal/money",
    });
    expect((await stream.next())?.data).toMatchObject({
      errors: [{ path: ["orderDestroyed"], extensions: { code: "FORBIDDEN" } }],
    });
    expect(await stream.next()).toMatchObject({ event: "complete" });
    stream.leave();
    const client = createClient({
      url: shop.url.replace("http", "ws"),
      webSocketImpl: WebSocket,
      retryAttempts: 0,
    });
    const refused = client.iterate({ query: "subscription { orderClosed { id } }" }).next();
    await expect(refused).rejects.toMatchObject([{ extensions: { code: "UNAUTHENTICATED" } }]);
    await client.dispose();
    expect(shop.asked).toEqual([]);
  });

  test("an event comes without what its subscriber may not have, and with it for another one", async () => {
    const query = "subscription { orderClosed { id note balance isOpen } }";
    const [plain, rich] = await Promise.all(
      ["portal/orders", "portal/money"].map((token) =>
        openEvents(shop.url, { method: "POST", query, token }),
      ),
    );
    await shop.closed.followers(2);
    shop.closed.publish({ id: "5" });
    expect((await plain?.next())?.data).toMatchObject({
      data: { orderClosed: { id: "5", note: null, balance: null, isOpen: true } },
      errors: [
        { path: ["orderClosed", "note"], extensions: { code: "FORBIDDEN" } },
        { path: ["orderClosed", "balance"], extensions: { code: "FORBIDDEN" } },
      ],
    });
    const { data } = (await rich?.next())?.data as Body;
    expect(data).toEqual({ orderClosed: { id: "5", note: "gift", balance: "1.00", isOpen: true } });
    plain?.leave();
    await shop.closed.followers(1);
    rich?.leave();
    await shop.closed.followers(0);
    const upstreams = shop.asked.filter((call) => call.includes("subscription"));
    expect(upstreams.filter((call) => call.includes("note"))).toHaveLength(1);
  });
});
