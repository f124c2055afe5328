import { money, parseCustomerNumber, parseDecimal, addDecimals, ZERO } from "@crossdock/domain";
import { createOrderBook } from "@crossdock/processes";
import { openStand, operator, portal, summit, type Stand } from "./testing/stand.ts";

const BUYER = parseCustomerNumber("C10010");

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());

const SUBMIT = `mutation ($inputs: [SubmitOrderInput!]!, $errorPolicy: BulkErrorPolicy) {
  submitOrders(inputs: $inputs, errorPolicy: $errorPolicy) {
    command { id idempotencyKey } order { id customerReference status } cursor replayed
    userErrors { code field }
  }
}`;
type Payload = {
  readonly command: { readonly id: string; readonly idempotencyKey: string } | null;
  readonly order: { readonly id: string; readonly customerReference: string } | null;
  readonly cursor: string | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly field: string[] | null }[];
};
type Input = Record<string, unknown>;

let keys = 0;
const input = (rest: Input = {}): Input => ({
  idempotencyKey: `bulk-${String((keys += 1))}`,
  customerId: "C10010",
  lines: [{ sku: "NG-1", quantity: "2" }],
  ...rest,
});
const many = (count: number, rest: Input = {}) => Array.from({ length: count }, () => input(rest));
const submit = async (inputs: readonly Input[], errorPolicy?: string, viewer = portal) => {
  const variables = { inputs, ...(errorPolicy === undefined ? {} : { errorPolicy }) };
  const { data, codes, replayed } = await stand.ask(SUBMIT, variables, viewer);
  return { payloads: (data?.submitOrders ?? []) as Payload[], codes, replayed };
};
const codesOf = ({ payloads }: { readonly payloads: readonly Payload[] }) =>
  payloads.map(({ userErrors }) => userErrors.map(({ code }) => code).join());
const commandCount = async () =>
  (await stand.commandLog.list({ customerNumbers: "all", first: 1, after: null })).total;
const bad = (rest: Input = {}) => input({ lines: [{ sku: "NG-OFF", quantity: "1" }], ...rest });

test("five hundred orders are taken, each with its own answer in the order of the inputs", async () => {
  const before = await commandCount();
  const inputs = many(500).map((one, at): Input => ({
    ...one,
    customerReference: `PO-${String(at)}`,
  }));
  const { payloads, codes } = await submit(inputs);
  expect(codes).toEqual([]);
  expect(payloads.map(({ order }) => order?.customerReference)).toEqual(
    inputs.map(({ customerReference }) => customerReference),
  );
  expect(payloads.map(({ command }) => command?.idempotencyKey)).toEqual(
    inputs.map(({ idempotencyKey }) => idempotencyKey),
  );
  expect(new Set(payloads.map(({ cursor }) => cursor)).size).toBe(500);
  expect(await commandCount()).toBe(before + 500);
});

test("the facts of all orders are read at once", async () => {
  const lines = [{ sku: "NG-1", quantity: "1" }];
  await submit(
    [...many(100, { lines }), ...many(100, { customerId: "C10020" })],
    "REJECT_ALL",
    operator,
  );
  expect([...stand.systems.calls].sort()).toEqual([
    "listWarehouses(0)",
    "readCustomers(2)",
    "readPriceLines(1)",
    "readPriceLines(1)",
    "readProducts(1)",
    "readReceivables(2)",
    "readStock(1)",
  ]);
});

test("501 orders are refused as a whole, and no orders are no orders", async () => {
  const before = await commandCount();
  expect((await submit(many(501))).codes).toEqual(["BAD_USER_INPUT"]);
  expect(await submit([])).toEqual({ payloads: [], codes: [], replayed: [] });
  expect(await commandCount()).toBe(before);
});

test("with REJECT_FAILED the good are accepted and the bad are refused", async () => {
  const before = await commandCount();
  const answer = await submit([input(), bad(), input()]);
  expect(codesOf(answer)).toEqual(["", "UNKNOWN_SKU", ""]);
  expect(answer.payloads[1]).toMatchObject({ command: null, order: null, cursor: null });
  expect(answer.payloads[1]?.userErrors[0]?.field).toEqual(["lines", "0", "sku"]);
  expect(await commandCount()).toBe(before + 2);
});

test("with REJECT_ALL one refused order refuses all that are not taken yet", async () => {
  const known = input();
  const [first] = (await submit([known])).payloads;
  const before = await commandCount();
  const answer = await submit([input(), known, bad(), input()], "REJECT_ALL");
  expect(codesOf(answer)).toEqual(["BATCH_REFUSED", "", "UNKNOWN_SKU", "BATCH_REFUSED"]);
  expect(answer.payloads[1]?.command?.id).toBe(first?.command?.id);
  expect(await commandCount()).toBe(before);
});

test("with REJECT_ALL and nothing refused, all are accepted", async () => {
  expect(codesOf(await submit(many(3), "REJECT_ALL"))).toEqual(["", "", ""]);
});

test("a repeated call gets its first answers, each marked as a repeat", async () => {
  const inputs = many(3);
  const first = await submit(inputs);
  const before = await commandCount();
  const again = await submit(inputs, "REJECT_ALL");
  expect(again.payloads).toEqual(first.payloads.map((payload) => ({ ...payload, replayed: true })));
  expect(again.replayed).toEqual(first.payloads.map(({ command }) => command?.id));
  expect(first.replayed).toEqual([]);
  expect(await commandCount()).toBe(before);
});

test.each(["REJECT_FAILED", "REJECT_ALL"])(
  "with %s a key that is there twice makes one order",
  async (policy) => {
    const before = await commandCount();
    const given = input();
    const { payloads } = await submit([given, input(), given], policy);
    expect(payloads[2]?.order?.id).toBe(payloads[0]?.order?.id);
    expect(payloads.map(({ replayed }) => replayed)).toEqual([false, false, true]);
    expect(await commandCount()).toBe(before + 2);
  },
);

test("a key that is there twice for two intents is a conflict of the second", async () => {
  const given = input();
  const other = { ...given, customerReference: "PO-other" };
  expect(codesOf(await submit([given, other], "REJECT_ALL"))).toEqual([
    "BATCH_REFUSED",
    "IDEMPOTENCY_CONFLICT",
  ]);
  expect(codesOf(await submit([given, other]))).toEqual(["", "IDEMPOTENCY_CONFLICT"]);
});

test("a key whose first order is refused is still free for the second", async () => {
  const given = bad();
  const better = { ...input(), idempotencyKey: given["idempotencyKey"] };
  expect(codesOf(await submit([given, better]))).toEqual(["UNKNOWN_SKU", ""]);
});

test("the orders of one call count against the credit one after the other", async () => {
  const account = stand.systems.customers.get("C10010");
  if (account === undefined) throw new Error("no account");
  const open = await createOrderBook(stand.ledger).readUnbilledTotal(BUYER);
  const limit = ["500", open?.amount ?? ZERO, "16"].map((text) => parseDecimal(text));
  const creditLimit = money(addDecimals(...limit), account.currency);
  stand.systems.customers.set("C10010", { ...account, creditLimit });
  const repeated = input();
  // Two fit (8.00 each), and the repeat of one of them costs nothing.
  const answer = await submit([input(), repeated, repeated, input()]);
  stand.systems.customers.set("C10010", account);
  expect(codesOf(answer)).toEqual(["", "", "", "CREDIT_EXCEEDED"]);
});

test("an account of somebody else is unknown, whatever its keys are", async () => {
  const theirs = input({ customerId: "C10020" });
  const [first] = (await submit([theirs], undefined, summit)).payloads;
  const answer = await submit([theirs, input()]);
  expect(codesOf(answer)).toEqual(["UNKNOWN_CUSTOMER", ""]);
  expect(JSON.stringify(answer)).not.toContain(first?.command?.id);
});

test("the same call twenty times at the same moment makes its orders once", async () => {
  const before = await commandCount();
  const inputs = many(5);
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, at) => submit(inputs, at % 2 === 0 ? "REJECT_ALL" : undefined)),
  );
  const ids = answers.flatMap(({ payloads }) => payloads.map(({ order }) => order?.id));
  expect(new Set(ids).size).toBe(5);
  expect(await commandCount()).toBe(before + 5);
});

test("while a system does not answer, none is accepted", async () => {
  const before = await commandCount();
  stand.systems.down.add("wms");
  const { codes } = await submit(many(3));
  stand.systems.down.delete("wms");
  expect(codes).toEqual(["SOURCE_UNAVAILABLE"]);
  expect(await commandCount()).toBe(before);
});

test("without the scope nothing is taken", async () => {
  const { codes } = await submit(many(2), undefined, { ...portal, scopes: ["orders:read"] });
  expect(codes).toEqual(["FORBIDDEN"]);
});
