import { bring, CUSTOMER, place, ship, STEPS, type Hands } from "../src/failing-steps/steps.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { startStack } from "../src/stack.ts";
import { OrderChangedDocument } from "../generated/operations.ts";
import { oldestCursor, type AcceptedOrder } from "../src/placing-orders.ts";
import { changeLedger } from "../src/tampering.ts";
import { billTheWay, CASES, orderThatIs, TAXED, type Case } from "../src/silent-failure/cases.ts";
import {
  lookAtTower,
  SEEN_WITHIN_MS,
  untilQuiet,
  untilSeen,
  type Sight,
} from "../src/silent-failure/tower.ts";
import { until } from "../src/until.ts";

/**
 * What waits is late after seconds here, so that the whole table takes minutes; by default orders are in the work lists
 * after minutes, and a command that fails after half a minute. The warehouse moves only when it is told to.
 */
const PACE = {
  speed: 0.001,
  sweepSeconds: 2,
  silentSeconds: 12,
  callsPerMinute: 6_000,
  policies: { billing: { freightBilledTo: ["C10560"], closedPeriod: "hold" } },
  operations: {
    thresholds: {
      failingCommandsSeconds: 2,
      pendingErpCreationSeconds: 10,
      shippedNotInvoicedSeconds: 10,
      eventsNotConsumedSeconds: 10,
    },
  },
};
const WATCH_EVERY_MS = 500;

const UNREADABLE_EVENT = `insert into events (id, source, type, version, subject, sequence, occurred_at, recorded_at,
  correlation_id, data) values ('01KB0000000000000000000000', 'crossdock', 'orders.orderChanged', 1,
  'order:0000000000', 1, now(), now(), 'by-hand', '{"orderId": 7}')`;
const STUCK_CONSUMER = `insert into consumer_offsets (consumer, position, advanced_at) values ('stuck', 0, now())`;

jest.setTimeout(180_000);

let hands: Hands;
beforeAll(async () => {
  const stack = await startStack(PACE);
  const [portal, finance, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("finance"),
    stack.token("operator"),
  ]);
  hands = { stack, portal, finance, operator };
  await untilHistoryIsRead(stack);
  await untilQuiet(hands);
});
afterEach(() => hands.stack.sandbox.clearFaults());
afterAll(() => hands.stack[Symbol.asyncDispose]());

test("an order that goes its way to the payment leaves nothing to be seen", async () => {
  const seen: Sight[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      seen.push(...(await lookAtTower(hands)));
      await new Promise((resolve) => setTimeout(resolve, WATCH_EVERY_MS));
    }
  })();
  const order = await place(hands);
  await bring(hands, order, "INVOICED");
  await STEPS.find(({ pays }) => pays === "payment")?.start(hands, order);
  isOver = true;
  await watching;
  expect(seen).toEqual([]);
});

test("a carrier that has not billed the way yet has not failed: all that is seen is goods without a bill", async () => {
  const order = await orderThatIs("ALLOCATED", { customer: TAXED })(hands);
  await ship({ ...hands, portal: hands.operator }, order);
  const seen: Sight[] = [];
  await until(
    async () => seen.push(...(await lookAtTower(hands))),
    (count) => count > 0,
    SEEN_WITHIN_MS,
  );
  expect(seen).toMatchObject([{ where: "SHIPPED_NOT_INVOICED" }]);
  await billTheWay(hands, order);
  await untilQuiet(hands);
});

describe("with orders that are under way", () => {
  const orders = new Map<Case, AcceptedOrder>();
  beforeAll(async () => {
    await Promise.all(
      CASES.map(async (one) => {
        const order = await one.prepare?.(hands);
        if (order !== undefined) orders.set(one, order);
      }),
    );
    await untilQuiet(hands);
  });

  test.each(CASES)(
    "$name: it is in the tower within a minute, with its class and whose it is, and gone when it is repaired",
    async (one) => {
      const { stack } = hands;
      const order = orders.get(one) as AcceptedOrder;
      await one.strike(hands, order);
      const since = Date.now();
      const sights = await untilSeen(hands, one.expected);
      expect(Date.now() - since).toBeLessThan(SEEN_WITHIN_MS);
      expect(sights).toHaveLength(one.expected.length);
      await stack.sandbox.clearFaults();
      await one.repair?.(hands, order);
      await untilQuiet(hands);
    },
  );
});

test("an event that nobody can read and a consumer that does not go on are seen, and whose they are", async () => {
  const { stack, operator } = hands;
  await changeLedger(stack, UNREADABLE_EVENT, STUCK_CONSUMER);
  // Whoever reads the log from its beginning comes to it.
  const after = await oldestCursor(stack, operator);
  const stream = stack.subscribe(OrderChangedDocument, { after }, operator);
  void stream.next();
  const blame = { where: "EVENTS_NOT_CONSUMED", class: "TECHNICAL", owner: "operator" };
  const sights = await untilSeen(hands, [
    { ...blame, code: "EVENT_QUARANTINED", system: "crossdock", typename: "Event" },
    { ...blame, code: "CONSUMER_BEHIND", system: "crossdock", typename: "Consumer" },
  ]);
  expect(sights).toHaveLength(2);
  await stream.return?.();
});
