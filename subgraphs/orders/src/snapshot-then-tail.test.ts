import { setTimeout as pause } from "node:timers/promises";
import {
  orderIdOfNumber,
  parseCustomerNumber,
  parseOrderNumber,
  type CustomerNumber,
  type OrderId,
} from "@crossdock/domain";
import {
  decodeCursor,
  decodeSnapshotCursor,
  isAfter,
  orderChanged,
  type Position,
} from "@crossdock/events";
import { openStand, operator, portal, type Stand } from "./testing/stand.ts";
import { HARBOR, sourceOrder, SUMMIT } from "./testing/systems.ts";

const ORDERS = 500;
const BORN_MEANWHILE = 40;
const CHANGES = 500;
const SUBSCRIBERS = 20;
const PATIENCE_MS = 60_000;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
}, 30_000);
afterAll(() => stand.close());

const idOf = (at: number) => orderIdOfNumber(parseOrderNumber(`SO-${String(10_000 + at)}`));
const ownerOf = (at: number) => (at % 2 === 0 ? HARBOR : SUMMIT);

/** A change that the log has: the order's version counts up with each. */
type Change = {
  readonly position: Position;
  readonly id: OrderId;
  readonly owner: CustomerNumber;
  readonly version: number;
};
const changes: Change[] = [];
const versions = new Map<OrderId, number>();

/** The book first, the log last, as everybody does it. */
async function change(indexes: readonly number[], what: "AMENDED" | "CANCELLED" = "AMENDED") {
  await stand.ledger.transaction(async (trx) => {
    const next = indexes.map((at) => ({
      id: idOf(at),
      owner: ownerOf(at),
      version: (versions.get(idOf(at)) ?? 0) + 1,
    }));
    await trx
      .insertInto("order_book")
      .values(
        next.map(({ id, owner, version }) => ({
          id,
          number: id.slice("erp-".length),
          customer_number: owner,
          customer_reference: String(version),
          status: "CONFIRMED",
          placed_at: stand.clock.now(),
          skus: [],
          state: null,
          source_order: null,
          source_seen_at: null,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .column("id")
          .doUpdateSet(({ ref }) => ({ customer_reference: ref("excluded.customer_reference") })),
      )
      .execute();
    const events = next.map(({ id, owner: customerNumber }) =>
      orderChanged.create({ orderId: id, change: what, status: "CONFIRMED" }, { customerNumber }),
    );
    const trace = { correlationId: "t", causationId: null, tenant: null };
    const positions = await stand.eventLog.append(trx, events, trace);
    for (const [at, entry] of next.entries()) {
      versions.set(entry.id, entry.version);
      changes.push({ ...entry, position: positions[at] as Position });
    }
  });
}

type Told = {
  readonly cursor: string;
  readonly type: string;
  readonly order: { readonly id: OrderId; readonly customerReference: string };
};
type Seen = { readonly told: Told[]; readonly cuts: number };

/** Follows from a snapshot, is cut off again and again, and comes back with the last cursor that it has. */
function subscribe(): { readonly begun: Promise<void>; readonly outcome: Promise<Seen> } {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const told: Told[] = [];
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));

  async function followUntilCut(): Promise<void> {
    const after = told.length === 0 ? "" : `, after: "${told.at(-1)?.cursor ?? ""}"`;
    const stream = await stand.follow(
      `subscription { orderChanged(fromSnapshot: true${after}) { cursor type order { id customerReference } } }`,
      portal,
      signal,
    );
    const until = told.length + 1 + Math.floor(Math.random() * 150);
    while (told.length < until && told.at(-1)?.type !== "CANCELLED") {
      const step = await stream.next();
      if (step.done === true) throw new Error(`Nothing came after ${String(told.length)} events.`);
      told.push(step.value.data.orderChanged);
      begin();
    }
    await stream.return?.();
  }

  async function followToTheEnd(): Promise<Seen> {
    await pause(Math.random() * 1_500);
    let cuts = -1;
    while (told.at(-1)?.type !== "CANCELLED") {
      await followUntilCut();
      cuts += 1;
    }
    return { told, cuts };
  }

  return { begun, outcome: followToTheEnd() };
}

test(
  "whoever takes a snapshot while everything changes, and is cut off at any cursor, sees every change once",
  async () => {
    await change(Array.from({ length: ORDERS }, (_, at) => at));
    const subscribers = Array.from({ length: SUBSCRIBERS }, () => subscribe());
    const outcomes = Promise.all(subscribers.map(({ outcome }) => outcome));
    const allBegun = Promise.all(subscribers.map(({ begun }) => begun));

    let born = ORDERS;
    for (let done = 0; done < CHANGES; done += 5) {
      const isBirth = done % 10 === 0 && born < ORDERS + BORN_MEANWHILE;
      await change([...distinct(4, ORDERS), isBirth ? born++ : 1]);
      await pause(5);
    }
    await Promise.race([allBegun, outcomes]);
    await change([0], "CANCELLED");

    const mine = changes.filter(({ owner }) => owner === HARBOR);
    for (const { told, cuts } of await outcomes) {
      expect(cuts).toBeGreaterThan(0);
      const snapshot = told.filter(({ type }) => type === "SNAPSHOT");
      const head = decodeSnapshotCursor("orders", snapshot[0]?.cursor ?? "")?.head as Position;
      const before = mine.filter(({ position }) => !isAfter(position, head));

      const shown = new Map(
        snapshot.map(({ order }) => [order.id, Number(order.customerReference)]),
      );
      expect(shown.size).toBe(snapshot.length);
      for (const { id, version } of before) expect(shown.get(id)).toBeGreaterThanOrEqual(version);

      const events = told.filter(({ type }) => type !== "SNAPSHOT");
      const due = mine.filter(({ position }) => isAfter(position, head));
      expect(events.map(({ cursor }) => decodeCursor(cursor))).toEqual(
        due.map(({ position }) => position),
      );
      for (const [at, { order }] of events.entries()) {
        expect(order.id).toBe(due[at]?.id);
        expect(Number(order.customerReference)).toBeGreaterThanOrEqual(due[at]?.version ?? 0);
      }
    }
  },
  PATIENCE_MS + 30_000,
);

function distinct(count: number, below: number): readonly number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(2 + Math.floor(Math.random() * (below - 2)));
  return [...chosen];
}

const take = async (query: string, viewer: typeof portal, count: number) => {
  const stream = await stand.follow(query, viewer, AbortSignal.timeout(15_000));
  const taken: Told[] = [];
  while (taken.length < count) {
    const { done, value } = await stream.next();
    if (done === true) break;
    taken.push(value.data.orderChanged);
  }
  await stream.return?.();
  return taken.map(({ type, order }) => [type, order.id]);
};

describe("a snapshot of orders", () => {
  const WATCH = (args: string) =>
    `subscription { orderChanged(${args}fromSnapshot: true) { cursor type order { id } } }`;

  beforeAll(() => change([900, 901, 902, 903]));

  test("has those that the filter names and the viewer may see; another's reads like none", async () => {
    const ids = JSON.stringify([idOf(900), idOf(901), idOf(902), idOf(999)]);
    expect(await take(WATCH(`orderIds: ${ids}, `), portal, 2)).toEqual([
      ["SNAPSHOT", idOf(900)],
      ["SNAPSHOT", idOf(902)],
    ]);
    const named = `orderIds: ${ids}, customerId: "${SUMMIT}", `;
    expect(await take(WATCH(named), operator, 1)).toEqual([["SNAPSHOT", idOf(901)]]);
  });

  test("shows the ERP's documents as the book has them: no source is asked for thousands of orders", async () => {
    const known = sourceOrder("SO-1000");
    await stand.tell([known]);
    stand.systems.calls.length = 0;
    const stream = await stand.follow(
      `subscription { orderChanged(orderIds: ["${orderIdOfNumber(known.number)}"], fromSnapshot: true) {
        order { number lines { lineNumber } provenance { source freshness } } } }`,
      portal,
      AbortSignal.timeout(15_000),
    );
    const { data } = (await stream.next()).value;
    await stream.return?.();
    expect(data.orderChanged.order).toMatchObject({
      number: known.number,
      lines: known.lines.map(({ lineNumber }) => ({ lineNumber })),
      provenance: { source: "erp", freshness: "CACHED" },
    });
    expect(stand.systems.calls).toEqual([]);
  });

  test("of another's account is empty, and nothing of it follows", async () => {
    const stream = await stand.follow(
      WATCH(`customerId: "${SUMMIT}", `),
      portal,
      AbortSignal.timeout(15_000),
    );
    const silence = stream.next();
    await change([901]);
    await pause(300);
    await stream.return?.();
    expect((await silence).done).toBe(true);
  });

  test("an order that has become another's is not told of any more", async () => {
    const stream = await stand.follow(
      `subscription { orderChanged(orderIds: ["${idOf(902)}", "${idOf(900)}"]) { type order { id } } }`,
      portal,
      AbortSignal.timeout(15_000),
    );
    const first = stream.next();
    await pause(200);
    await stand.ledger.db
      .updateTable("order_book")
      .set({ customer_number: parseCustomerNumber(SUMMIT) })
      .where("id", "=", idOf(902))
      .execute();
    await change([902, 900]);
    expect((await first).value.data.orderChanged.order.id).toBe(idOf(900));
    await stream.return?.();
  });

  test("a filter that makes no sense is refused with its place", async () => {
    const many = JSON.stringify(Array.from({ length: 101 }, (_, at) => idOf(at)));
    const cases: [string, RegExp][] = [
      [`orderIds: ["${idOf(900)}", "?"], `, /orderIds\[1\].*BAD_USER_INPUT/],
      [`orderIds: ${many}, `, /orderIds 101 .*at most 100/],
      ['customerId: "<>", ', /customer .*BAD_USER_INPUT/],
    ];
    for (const [args, reason] of cases) {
      const opening = stand.follow(WATCH(args), portal, AbortSignal.timeout(15_000));
      await expect(opening).rejects.toThrow(reason);
    }
  });
});
