import { openStand, operator, portal, type Stand } from "./testing/stand.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ keepsReads: true });
});
afterAll(() => stand.close());
/** Whatever was read before is too old to be used. */
beforeEach(() => {
  stand.clock.advance(5 * HOUR);
  stand.systems.down.clear();
  stand.systems.slow.clear();
});

const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) { command { status } userErrors { code } }
}`;
let keys = 0;
const submit = async (sku = "NG-1", customerId = "C10010") => {
  const idempotencyKey = `key-${String((keys += 1))}`;
  const input = { idempotencyKey, customerId, lines: [{ sku, quantity: "1" }] };
  const { data, codes } = await stand.ask(
    SUBMIT,
    { input },
    customerId === "C10010" ? portal : operator,
  );
  if (codes.length > 0) return codes;
  const { command, userErrors } = data.submitOrder;
  return command === null ? userErrors.map(({ code }: { code: string }) => code) : [command.status];
};
/** What was asked of the ERP and the warehouse for the last order. */
const asked = () =>
  stand.systems.calls.filter((call) => !call.startsWith("readReceivables")).sort();

test("what was read a moment ago is not asked for again", async () => {
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(asked()).toHaveLength(5);
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(asked()).toEqual([]);
  stand.clock.advance(3 * SECOND);
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(asked()).toEqual(["readStock(1)"]);
});

test("what has changed at the source is seen once the fact is no longer fresh", async () => {
  await submit();
  const account = stand.systems.customers.get("C10010");
  if (account === undefined) throw new Error("no account");
  stand.systems.customers.set("C10010", { ...account, status: "ON_HOLD" });
  stand.clock.advance(11 * SECOND);
  const answer = await submit();
  stand.systems.customers.set("C10010", account);
  expect(answer).toEqual(["CUSTOMER_ON_HOLD"]);
});

test("orders are taken on what is remembered while the systems are away", async () => {
  await submit();
  stand.clock.advance(MINUTE);
  stand.systems.down.add("erp").add("wms");
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(asked()).toEqual([
    "listWarehouses(0)",
    "readCustomers(1)",
    "readPriceLines(1)",
    "readProducts(1)",
    "readStock(1)",
  ]);
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(asked()).toEqual([]);
});

test("an account or a product that nobody has ordered for is not judged while the ERP is away", async () => {
  await submit();
  stand.systems.down.add("erp");
  expect(await submit("NG-2")).toEqual(["SOURCE_UNAVAILABLE"]);
  expect(await submit("NG-1", "C10020")).toEqual(["SOURCE_UNAVAILABLE"]);
  expect(await submit()).toEqual(["ACCEPTED"]);
});

test("a fact that is too old judges no order", async () => {
  await submit();
  stand.systems.down.add("erp");
  stand.clock.advance(3 * HOUR);
  expect(await submit()).toEqual(["ACCEPTED"]);
  stand.clock.advance(HOUR + SECOND);
  expect(await submit()).toEqual(["SOURCE_UNAVAILABLE"]);
});

test("a source that answers late holds nobody up who has a fact, and its answer is remembered", async () => {
  await submit();
  stand.clock.advance(MINUTE);
  stand.systems.slow.set("erp", 600);
  const startedAt = performance.now();
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(performance.now() - startedAt).toBeLessThan(550);
  await new Promise((resolve) => setTimeout(resolve, 800));
  stand.systems.calls.length = 0;
  expect(await submit()).toEqual(["ACCEPTED"]);
  expect(asked()).toEqual([]);
});

test("what does not exist is asked for again a second later", async () => {
  expect(await submit("NG-9")).toEqual(["UNKNOWN_SKU"]);
  stand.clock.advance(SECOND + 1);
  expect(await submit("NG-9")).toEqual(["UNKNOWN_SKU"]);
  expect(asked()).toContain("readProducts(1)");
});
