import { openStand, portal, type Stand } from "./testing/stand.ts";

const MAX_BACKLOG = 3;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ maxBacklogPerLane: MAX_BACKLOG });
});
afterAll(() => stand.close());

const SUBMIT = `mutation ($inputs: [SubmitOrderInput!]!) {
  submitOrders(inputs: $inputs) { command { id } replayed userErrors { code } }
}`;
const submit = (...keys: string[]) => {
  const lines = [{ sku: "NG-1", quantity: "1" }];
  const inputs = keys.map((idempotencyKey) => ({ idempotencyKey, customerId: "C10010", lines }));
  return stand.ask(SUBMIT, { inputs }, portal);
};
const accepted = async () =>
  (await stand.commandLog.list({ customerNumbers: "all", first: 1, after: null })).total;

test("while too many orders wait, a new one is refused before anything is read or written, and a repeat is answered", async () => {
  const first = await submit("a", "b");
  expect(first.errors).toEqual([]);

  const tooMany = await submit("c", "d");
  expect(tooMany.data).toBeNull();
  expect(tooMany.errors).toMatchObject([
    {
      message:
        "Too many changes wait to be carried out. Nothing was taken; send it again in 300 s.",
      extensions: { code: "RATE_LIMITED", retryAfterSeconds: 300 },
    },
  ]);
  expect(stand.systems.calls).toEqual([]);
  expect(await accepted()).toBe(2);

  expect((await submit("c")).errors).toEqual([]);
  expect((await submit("d")).codes).toEqual(["RATE_LIMITED"]);
  const repeated = await submit("a", "b", "c");
  expect(repeated.errors).toEqual([]);
  expect(repeated.data.submitOrders).toMatchObject([
    { replayed: true, command: first.data.submitOrders[0].command },
    { replayed: true, command: first.data.submitOrders[1].command },
    { replayed: true },
  ]);
  expect(await accepted()).toBe(MAX_BACKLOG);
});
