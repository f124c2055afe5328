import {
  parseDecimal,
  parseOrderNumber,
  parseShipmentId,
  type OrderId,
  type OrderToCashEvent,
  type ShipmentStatus,
} from "@crossdock/domain";
import { openStand, portal, silent, summit, type Stand } from "../testing/stand.ts";
import { EA, sourceOrder } from "../testing/systems.ts";
import {
  createCommandWorker,
  defineHandler,
  openCommandQueues,
  removeOrder,
  succeed,
} from "@crossdock/commands";

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());

const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } command { id } } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) {
  command { id type status error { code } subject { typename id } }
  order { id status } replayed userErrors { code field message } } }`;
const AMEND = `mutation ($input: AmendOrderInput!) { amendOrder(input: $input) {
  command { id type status error { code } } order { id status requestedDeliveryDate }
  replayed userErrors { code field message } } }`;
const RETURN = `mutation ($input: RequestReturnInput!) { requestReturn(input: $input) {
  command { id type status } return { id number status requestedAt order { id }
    lines { orderLine { id product { id } } quantity { value uom } reason } }
  replayed userErrors { code field message } } }`;

let keys = 0;
const nextKey = () => `request-${String((keys += 1))}`;
const place = async (quantity = "10"): Promise<OrderId> => {
  const input = {
    idempotencyKey: nextKey(),
    customerId: "C10010",
    lines: [{ sku: "NG-1", quantity }],
  };
  return (await stand.ask(SUBMIT, { input })).data.submitOrder.order.id;
};
const ask = async (
  mutation: string,
  given: Record<string, unknown>,
  viewer = portal,
): Promise<ReturnType<typeof JSON.parse>> => {
  const input = { idempotencyKey: nextKey(), ...given };
  const { data, codes, replayed } = await stand.ask(mutation, { input }, viewer);
  return { ...(Object.values(data ?? {})[0] as object), codes, told: replayed };
};
const refusals = ({ userErrors }: { userErrors: { code: string; field: string[] | null }[] }) =>
  userErrors.map(({ code, field }) => [code, field?.join(".") ?? null]);
const tell = (orderId: OrderId, ...events: OrderToCashEvent[]) =>
  stand.ledger.transaction((trx) =>
    stand.process.apply(
      trx,
      events.map((event) => ({ orderId, event })),
      [],
      { correlationId: "c", causationId: null },
    ),
  );
const stamp = () => ({ at: stand.clock.now(), source: "erp" });
const created = (id: OrderId): OrderToCashEvent => ({
  kind: "orderCreated",
  number: parseOrderNumber(`SO-${id}`),
  ...stamp(),
});
const moved = (id: OrderId, status: ShipmentStatus, pieces = "10"): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  shipment: {
    id: parseShipmentId(`sh-${id}`),
    number: `W-${id}`,
    status,
    lines: [{ lineNumber: 1, quantity: { value: parseDecimal(pieces), uom: EA } }],
    problem: null,
    milestones: [],
  },
  ...stamp(),
});
const readOnly = { ...portal, scopes: ["orders:read"] };
const commandCount = async () =>
  (await stand.commandLog.list({ customerNumbers: "all", first: 1, after: null })).total;

describe("cancelOrder", () => {
  test("withdraws what nobody has received, and is over with its answer", async () => {
    const id = await place();
    const answer = await ask(CANCEL, { orderId: id, reason: " Ordered twice. " });
    expect(answer).toMatchObject({
      codes: [],
      replayed: false,
      userErrors: [],
      order: { id, status: "CANCELLED" },
    });
    const [command] = await stand.commandLog.read([answer.command.id]);
    expect(command).toMatchObject({
      type: "orders.cancelOrder",
      status: "SUCCEEDED",
      customerNumber: "C10010",
      result: { typename: "Order", id },
      data: { orderId: id, reason: "Ordered twice." },
    });
  });

  test("of an order that the ERP has asks for its removal, and ends with it", async () => {
    const id = await place();
    await tell(id, created(id));
    const answer = await ask(CANCEL, { orderId: id });
    expect(answer).toMatchObject({ userErrors: [], command: { status: "ACCEPTED" } });
    const page = await stand.commandLog.list({ customerNumbers: "all", first: 10, after: null });
    const ofOrder = page.entries.filter(({ command }) => command.subject === `order:${id}`);
    expect(ofOrder.map(({ command }) => [command.type, command.status])).toEqual([
      ["orders.removeOrder", "ACCEPTED"],
      ["shipments.releaseOrder", "CANCELLED"],
      ["orders.submitOrder", "ACCEPTED"],
    ]);
  });

  test("withdraws what was on its way, once an attempt at it has reached nobody", async () => {
    const id = await place();
    const [entry] = (await stand.commandLog.list({ customerNumbers: "all", first: 1, after: null }))
      .entries;
    const { signal } = new AbortController();
    const claim = await stand.commandLog.fence.claim(entry?.command.id ?? "", {
      leaseMs: 5_000,
      settleMsOf: () => 0,
      signal,
    });
    if (claim === null) throw new Error("The order's command was not to be had.");
    const answer = await ask(CANCEL, { orderId: id });
    expect(answer).toMatchObject({
      command: { status: "ACCEPTED" },
      order: { status: "SUBMITTED" },
    });
    const error = { class: "TECHNICAL", code: "X", message: "No.", retryable: true } as const;
    await stand.commandLog.fence.retryLater(claim, {
      error,
      lastAnswer: null,
      inDoubt: false,
      delayMs: 1,
      isFree: true,
    });
    const [submitted, cancelled] = await stand.commandLog.read([
      claim.command.id,
      answer.command.id,
    ]);
    expect([submitted?.status, cancelled?.status]).toEqual(["CANCELLED", "SUCCEEDED"]);
    const { data } = await stand.ask(`{ order(id: "${id}") { status } }`);
    expect(data.order.status).toBe("CANCELLED");
  });

  test("once it is under way nobody takes the command itself back", async () => {
    const id = await place();
    await tell(id, created(id));
    const { command } = await ask(CANCEL, { orderId: id });
    expect((await stand.commandLog.cancel(command.id, "No.")).kind).toBe("refused");
    expect((await stand.commandLog.read([command.id]))[0]?.status).toBe("ACCEPTED");
  });

  test("whoever waits is told with the commit of the last step", async () => {
    const id = await place();
    const submitted = await stand.commandLog.list({
      customerNumbers: "all",
      first: 1,
      after: null,
    });
    await tell(id, created(id));
    await stand.commandLog.cancel(submitted.entries[0]?.command.id ?? "", "The test has done it.");
    const queues = await openCommandQueues({
      ledger: stand.ledger,
      redisUrl: null,
      logger: silent,
    });
    const worker = createCommandWorker({
      ledger: stand.ledger,
      log: stand.commandLog,
      queues,
      handlers: [
        defineHandler(removeOrder, {
          settleMs: 0,
          lookUp: null,
          execute: async ({ data: { orderId } }) => {
            const event = { kind: "orderRemoved", ...stamp() } as const;
            const effects = { orders: [{ orderId, event }], events: [] };
            return Promise.resolve(succeed({ typename: "Order", id: orderId, effects }));
          },
        }),
      ],
      concurrency: { erp: 1, wms: 0, finance: 0 },
      attemptMs: 5_000,
      logger: silent,
    });
    await worker.start();
    const answer = await ask(CANCEL, { orderId: id, waitMs: 10_000 });
    await worker.stop();
    await queues.close();
    expect(answer).toMatchObject({
      command: { status: "SUCCEEDED", subject: { typename: "Order", id } },
      order: { status: "CANCELLED" },
    });
  });

  test("a repeat gets the first answer, another input is a conflict", async () => {
    const id = await place();
    const given = { orderId: id, reason: "No.", idempotencyKey: nextKey() };
    const first = await ask(CANCEL, given);
    const again = await ask(CANCEL, { ...given, waitMs: 10 });
    expect(again).toMatchObject({ replayed: true, told: [first.command.id] });
    expect(again.command.id).toBe(first.command.id);
    const before = await commandCount();
    expect(refusals(await ask(CANCEL, { ...given, reason: "Yes." }))).toEqual([
      ["IDEMPOTENCY_CONFLICT", "idempotencyKey"],
    ]);
    expect(await commandCount()).toBe(before);
  });

  test("two at the same moment: one is taken, the other refused", async () => {
    const id = await place();
    await tell(id, created(id));
    const answers = await Promise.all([
      ask(CANCEL, { orderId: id }),
      ask(CANCEL, { orderId: id }),
      ask(CANCEL, { orderId: id }),
    ]);
    const open = await Promise.all(
      answers.map(async ({ command, userErrors }) =>
        command === null
          ? userErrors[0].code
          : (await stand.commandLog.read([command.id]))[0]?.status,
      ),
    );
    expect(open.filter((status) => status === "ACCEPTED")).toHaveLength(1);
    expect(
      open.every((status) => ["ACCEPTED", "REJECTED", "NOT_CANCELLABLE"].includes(status)),
    ).toBe(true);
  });

  test.each([
    ["nothing that is there", () => Promise.resolve("7K3QF9M2ZT"), "UNKNOWN_ORDER"],
    ["a name of the wrong shape", () => Promise.resolve("%"), "UNKNOWN_ORDER"],
  ])("%s is refused", async (_what, idOf, code) => {
    expect(refusals(await ask(CANCEL, { orderId: await idOf() }))).toEqual([[code, "orderId"]]);
  });

  test("another account's order does not exist, and is not touched", async () => {
    const id = await place();
    expect(refusals(await ask(CANCEL, { orderId: id }, summit))).toEqual([
      ["UNKNOWN_ORDER", "orderId"],
    ]);
    const { data } = await stand.ask(`{ order(id: "${id}") { status } }`);
    expect(data.order.status).toBe("SUBMITTED");
  });

  test("who may only read is refused before anything is looked at", async () => {
    expect((await ask(CANCEL, { orderId: "7K3QF9M2ZT" }, readOnly)).codes).toEqual(["FORBIDDEN"]);
  });

  test("what has left, what is cancelled and what is the ERP's own cannot be cancelled", async () => {
    const gone = await place();
    await tell(gone, created(gone), moved(gone, "SHIPPED"));
    const over = await place();
    await ask(CANCEL, { orderId: over });
    stand.systems.orders.set("SO-77", sourceOrder("SO-77"));
    await stand.tell([sourceOrder("SO-77")]);
    for (const orderId of [gone, over, "erp-SO-77"]) {
      expect(refusals(await ask(CANCEL, { orderId }))).toEqual([["NOT_CANCELLABLE", "orderId"]]);
    }
  });

  test("a reason that is too long is refused", async () => {
    const id = await place();
    expect(refusals(await ask(CANCEL, { orderId: id, reason: "x".repeat(201) }))).toEqual([
      ["INVALID_VALUE", "reason"],
    ]);
  });
});

describe("amendOrder", () => {
  test("asks the ERP for what is wanted, lines judged and priced as an order's are", async () => {
    const id = await place();
    await tell(id, created(id));
    const answer = await ask(AMEND, {
      orderId: id,
      requestedDeliveryDate: "2026-12-24",
      shipTo: { lines: ["2 Quay"], city: "Bath", country: "us" },
      setLines: [{ sku: "NG-2", quantity: "2", uom: "BX", expectedUnitPrice: "120" }],
    });
    expect(answer).toMatchObject({ userErrors: [], command: { status: "ACCEPTED" } });
    const page = await stand.commandLog.list({ customerNumbers: "all", first: 1, after: null });
    expect(page.entries[0]?.command).toMatchObject({
      type: "orders.rewriteOrder",
      data: {
        orderId: id,
        draft: {
          key: id,
          requestedDeliveryOn: "2026-12-24",
          shipTo: { city: "Bath", country: "US" },
          lines: [
            {
              lineNumber: 1,
              sku: "NG-2",
              ordered: { value: "2", uom: "BX" },
              orderedBase: { value: "24", uom: "EA" },
              unitPrice: { amount: "120", currency: "USD" },
            },
          ],
        },
      },
    });
  });

  test("counts only what the order becomes dearer against the credit", async () => {
    const account = stand.systems.customers.get("C10010");
    if (account === undefined) throw new Error("no account");
    const id = await place("10");
    const owed = await stand.ask(
      `{ previewOrder(input: { idempotencyKey: "p", customerId: "C10010", lines: [] }) { creditAvailable { amount } } }`,
    );
    const left = Number(owed.data.previewOrder.creditAvailable.amount);
    // Ten at 3.50 are in the order; what is left and those 35 buy so many more.
    const most = Math.floor((left + 35) / 3.5);
    const amend = (quantity: number) =>
      ask(AMEND, { orderId: id, setLines: [{ sku: "NG-1", quantity: String(quantity) }] });
    expect(refusals(await amend(most + 1))).toEqual([["CREDIT_EXCEEDED", null]]);
    expect((await amend(most)).userErrors).toEqual([]);
  });

  test("tells all that is wrong, in terms of its own input", async () => {
    const id = await place();
    const wrong = {
      orderId: id,
      setLines: [
        { sku: "NG-9", quantity: "1" },
        { sku: "NG-1", quantity: "1", expectedUnitPrice: "0.01" },
        { sku: "NG-1", quantity: "0" },
      ],
      shipTo: { lines: [], city: "Bath", country: "US" },
    };
    expect(refusals(await ask(AMEND, wrong))).toEqual([
      ["INVALID_ADDRESS", "shipTo.lines"],
      ["UNKNOWN_SKU", "setLines.0.sku"],
      ["PRICE_MISMATCH", "setLines.1.expectedUnitPrice"],
      ["INVALID_QUANTITY", "setLines.2.quantity"],
    ]);
    expect(refusals(await ask(AMEND, { orderId: id, setLines: [] }))).toEqual([
      ["EMPTY_ORDER", "setLines"],
    ]);
    expect(refusals(await ask(AMEND, { orderId: id }))).toEqual([["INVALID_VALUE", null]]);
  });

  test("is refused for what is picked, somebody else's, and who may only read", async () => {
    const id = await place();
    await tell(id, created(id), moved(id, "PICKED"));
    const change = { orderId: id, requestedDeliveryDate: "2026-12-24" };
    expect(refusals(await ask(AMEND, change))).toEqual([["NOT_AMENDABLE", "orderId"]]);
    expect(refusals(await ask(AMEND, change, summit))).toEqual([["UNKNOWN_ORDER", "orderId"]]);
    expect((await ask(AMEND, change, readOnly)).codes).toEqual(["FORBIDDEN"]);
  });

  test("a repeat gets the first answer, another input is a conflict", async () => {
    const id = await place();
    const given = {
      orderId: id,
      requestedDeliveryDate: "2026-12-24",
      idempotencyKey: nextKey(),
    };
    const first = await ask(AMEND, given);
    expect(await ask(AMEND, given)).toMatchObject({
      replayed: true,
      command: { id: first.command.id },
    });
    expect(refusals(await ask(AMEND, { ...given, requestedDeliveryDate: "2026-12-25" }))).toEqual([
      ["IDEMPOTENCY_CONFLICT", "idempotencyKey"],
    ]);
  });
});

describe("requestReturn", () => {
  const wanted = (id: string, quantity: string, reason = "Wrong size.") => ({
    orderId: id,
    lines: [{ orderLineId: `${id}/1`, quantity, reason }],
  });
  const shipped = async (pieces = "10") => {
    const id = await place();
    await tell(id, created(id), moved(id, "SHIPPED", pieces));
    return id;
  };

  test("opens a return at once, with a number of its own, and tells the order's followers", async () => {
    const id = await shipped();
    const answer = await ask(RETURN, wanted(id, "4"));
    expect(answer).toMatchObject({
      userErrors: [],
      command: { type: "orders.requestReturn", status: "SUCCEEDED" },
      return: {
        number: expect.stringMatching(/^RMA-\d{7}$/),
        status: "REQUESTED",
        order: { id },
        lines: [
          {
            orderLine: { id: `${id}/1`, product: { id: "NG-1" } },
            quantity: { value: "4", uom: "EA" },
            reason: "Wrong size.",
          },
        ],
      },
    });
    const { data } = await stand.ask(`{ order(id: "${id}") { timeline { type note } } }`);
    expect(data.order.timeline).toContainEqual({
      type: "RETURN_REQUESTED",
      note: answer.return.number,
    });
    const found = await stand.ask(`{ return(id: "${answer.return.id}") { number } }`);
    expect(found.data.return.number).toBe(answer.return.number);
  });

  test("never more than has left, however many ask at the same moment", async () => {
    const id = await shipped("10");
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(RETURN, wanted(id, "3"))),
    );
    expect(answers.filter((answer) => answer.return !== null)).toHaveLength(3);
    expect(answers.flatMap(refusals)).toEqual(
      Array.from({ length: 5 }, () => ["NOT_RETURNABLE", "lines.0.quantity"]),
    );
    expect((await ask(RETURN, wanted(id, "1"))).userErrors).toEqual([]);
  });

  test("of an order of the ERP's own goes by the ERP's document", async () => {
    stand.systems.orders.set("SO-88", sourceOrder("SO-88"));
    await stand.tell([sourceOrder("SO-88")]);
    expect(refusals(await ask(RETURN, wanted("erp-SO-88", "2")))).toEqual([
      ["NOT_RETURNABLE", "lines.0.quantity"],
    ]);
    expect((await ask(RETURN, wanted("erp-SO-88", "1"))).return.order).toEqual({ id: "erp-SO-88" });
  });

  test("what is wrong is told with its path, and nothing is opened", async () => {
    const id = await shipped();
    const other = await shipped();
    const lines = [
      { orderLineId: `${other}/1`, quantity: "1", reason: "x" },
      { orderLineId: `${id}/9`, quantity: "1", reason: "x" },
      { orderLineId: `${id}/1`, quantity: "-1", reason: "x" },
    ];
    expect(refusals(await ask(RETURN, { orderId: id, lines }))).toEqual([
      ["UNKNOWN_LINE", "lines.0.orderLineId"],
      ["UNKNOWN_LINE", "lines.1.orderLineId"],
      ["INVALID_QUANTITY", "lines.2.quantity"],
    ]);
    expect(refusals(await ask(RETURN, wanted(id, "1", " ")))).toEqual([
      ["INVALID_VALUE", "lines.0.reason"],
    ]);
    expect(refusals(await ask(RETURN, { orderId: id, lines: [] }))).toEqual([
      ["NOT_RETURNABLE", "lines"],
    ]);
  });

  test("a repeat gets the same return; another account gets nothing of it", async () => {
    const id = await shipped();
    const given = { ...wanted(id, "6"), idempotencyKey: nextKey() };
    const first = await ask(RETURN, given);
    const again = await ask(RETURN, given);
    expect(again).toMatchObject({ replayed: true, return: { id: first.return.id } });
    expect(refusals(await ask(RETURN, wanted(id, "1"), summit))).toEqual([
      ["UNKNOWN_ORDER", "orderId"],
    ]);
    const foreign = await stand.ask(`{ return(id: "${first.return.id}") { id } }`, {}, summit);
    expect([foreign.data.return, foreign.codes]).toEqual([null, []]);
    expect((await ask(RETURN, given, readOnly)).codes).toEqual(["FORBIDDEN"]);
  });
});
