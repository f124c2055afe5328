import { parseInstant } from "@crossdock/domain";
import { saveFeedHealth, type FeedHealth } from "@crossdock/processes";
import type { SourceHealth } from "@crossdock/source-contract";
import { openDesk, portal, type Desk } from "./testing/desk.ts";

const idle = { waiting: 0, underWay: 0, refused: 0 };
const health: SourceHealth = {
  state: "HALF_OPEN",
  latencyP50Ms: 12.5,
  latencyP99Ms: 80,
  callsLastMinute: 7,
  callBudgetPerMinute: 150,
  rejectedLastMinute: 3,
  lanes: {
    posting: idle,
    command: { waiting: 1, underWay: 2, refused: 0 },
    feed: idle,
    inquiry: { waiting: 9, underWay: 4, refused: 3 },
    masterData: idle,
  },
};
const QUERY = `{ sources { name kind adapter state latencyP50Ms latencyP99Ms callsLastMinute callBudgetPerMinute
  rejectedLastMinute cacheHitRatio lastEventAt changeFeedLagSeconds lanes { lane waiting underWay refused } } }`;

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk(
    { execute: () => Promise.reject(new Error("nothing is sent")) },
    [],
    [
      { name: "wms", kind: "WMS", adapter: "shipbob", health: () => health },
      { name: "erp", kind: "ERP", adapter: "business-central", health: () => health },
    ],
  );
});
afterAll(() => desk.close());

const heard = (
  feed: string,
  lastEventAt: string | null,
  lagSeconds: number | null,
): FeedHealth => ({
  feed,
  source: "wms",
  heardAt: parseInstant("2026-11-21T08:05:00.000Z"),
  lastEventAt: lastEventAt === null ? null : parseInstant(lastEventAt),
  lagSeconds,
});

test("a source shows its health, its lanes, and the newest and slowest of its feeds", async () => {
  await desk.ledger.transaction((trx) =>
    saveFeedHealth(trx, [
      heard("wms-shipment", "2026-11-21T08:00:00.000Z", 4),
      heard("wms-stock", "2026-11-21T08:04:00.000Z", 1.5),
    ]),
  );
  const { data } = await desk.ask(QUERY);
  const { lanes, ...shown } = health;
  expect(data.sources[0]).toEqual({
    ...shown,
    name: "wms",
    kind: "WMS",
    adapter: "shipbob",
    cacheHitRatio: null,
    lastEventAt: "2026-11-21T08:04:00.000Z",
    changeFeedLagSeconds: 4,
    lanes: Object.entries(lanes).map(([lane, counts]) => ({ lane, ...counts })),
  });
});

test("a source whose feeds have told nothing has no newest event and no lag", async () => {
  const { data } = await desk.ask(QUERY);
  expect(data.sources[1]).toMatchObject({
    name: "erp",
    lastEventAt: null,
    changeFeedLagSeconds: null,
  });
});

test("a customer's application does not see how the sources do", async () => {
  const { data, codes } = await desk.ask(QUERY, {}, portal);
  expect(data).toBeNull();
  expect(codes).toEqual(["FORBIDDEN"]);
});
