import { createReceive } from "./webhook-receiver.ts";

const receive = createReceive("secret");
const order = {
  subscriptionId: "s1",
  clientState: "secret",
  expirationDateTime: "2026-11-24T07:52:31Z",
  resource:
    "api/v2.0/companies(9d93be06-6d6b-4bc9-a530-c05f7f4c26a9)/salesOrders(4736e391-2def-4b87-a766-8eb34cc05ecc)",
  changeType: "updated",
  lastModifiedDateTime: "2026-11-21T12:54:20.467Z",
};
const post = (value: unknown, query = {}) =>
  receive({ headers: {}, query, rawBody: Buffer.from(JSON.stringify(value)) });

test("the handshake gives the token back, and nothing that is no token", () => {
  const handshake = (validationToken: string) =>
    receive({ headers: {}, query: { validationToken }, rawBody: Buffer.alloc(0) });
  expect(handshake("3f-a9")).toMatchObject({ status: 200, body: "3f-a9" });
  expect(handshake("<script>alert(1)</script>")).toMatchObject({
    status: 200,
    body: "",
    refusal: "malformed",
  });
});

test("a notification names its record", () => {
  expect(post({ value: [order] })).toMatchObject({
    status: 200,
    refusal: null,
    hints: [
      {
        noun: "order",
        sourceId: "4736e391-2def-4b87-a766-8eb34cc05ecc",
        occurredAt: "2026-11-21T12:54:20.467Z",
      },
    ],
  });
});

test("a collection asks for a sweep", () => {
  const resource =
    "/api/v2.0/companies(9d93be06)/items?$filter=lastModifiedDateTime%20gt%202026-11-21T11:00:00Z";
  const { hints } = post({ value: [{ ...order, resource, changeType: "collection" }] });
  expect(hints).toMatchObject([{ noun: "product", sourceId: null }]);
});

test("a wrong client state is refused with the one status that keeps the subscription", () => {
  const forged = { ...order, clientState: "guess" };
  expect(post({ value: [forged] })).toEqual({
    status: 200,
    body: "",
    hints: [],
    refusal: "bad-signature",
  });
  expect(post({ value: [forged, order] }).hints).toHaveLength(1);
});

test("rubbish is answered as the rest", () => {
  for (const body of [null, [], { value: "x" }, { value: [{}] }]) {
    expect(post(body)).toEqual({ status: 200, body: "", hints: [], refusal: "malformed" });
  }
  const { refusal } = receive({ headers: {}, query: {}, rawBody: Buffer.from("{") });
  expect(refusal).toBe("malformed");
});

test("a repeat has the delivery id of the first, another change another", () => {
  const idOf = (value: typeof order) => post({ value: [value] }).hints[0]?.deliveryId;
  expect(idOf(order)).toBe(idOf({ ...order }));
  expect(idOf(order)).not.toBe(idOf({ ...order, lastModifiedDateTime: "2026-11-21T12:54:21Z" }));
});
