import { instantOf } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import {
  lateSince,
  type Blame,
  type WorkItem,
  type WorkList,
  type WorkPosition,
} from "./work-list.ts";

type Db = Ledger["db"];

/** More consumers than there ever are. */
const MAX_CONSUMERS = 100;

/** Consumers that are behind, events that cannot be read, and records that wait for their orders. */
export function eventsNotConsumed(db: Db, isShipments: (feed: string) => boolean): WorkList {
  return counted(async ({ now, thresholds, after, limit }) => {
    const seconds = thresholds.eventsNotConsumedSeconds;
    const before = lateSince(now, seconds);
    const [consumers, quarantined, parked] = await Promise.all([
      readConsumers(db, before),
      readQuarantined(db, { before, after, limit }),
      readParked(db, { before, after, limit: limit + MAX_SKIPPED }),
    ]);
    const items: WorkItem[] = [
      ...consumers.map(({ consumer, since }) => ({
        ...told(`consumer:${consumer}`, since, seconds),
        subject: { typename: "Consumer", id: consumer },
        summary: `Consumer ${consumer} has events to read that are older than they should be.`,
        blame: ourOwn("CONSUMER_BEHIND"),
      })),
      ...quarantined.map(({ position, id, since }) => ({
        ...told(`event:${position}`, since, seconds),
        subject: { typename: "Event", id },
        summary: `Event ${id} cannot be read: release it once it is repaired.`,
        blame: ourOwn("EVENT_QUARANTINED"),
      })),
      ...parked
        .filter(({ feed }) => !isShipments(feed))
        .map((record) => parkedItem(record, "Feed", seconds)),
    ];
    return oldestFirst(items, after, limit);
  });
}

/** Shipments that wait for their orders and so are told to nobody, and the feed that would tell of more. */
export function shipmentsAwaitingPortal(db: Db, isShipments: (feed: string) => boolean): WorkList {
  return counted(async ({ now, thresholds, after, limit }) => {
    const seconds = thresholds.shipmentsAwaitingPortalSeconds;
    const before = lateSince(now, seconds);
    const [parked, feeds] = await Promise.all([
      readParked(db, { before, after, limit: limit + MAX_SKIPPED }),
      db.selectFrom("feed_health").selectAll().where("heard_at", "<", before).execute(),
    ]);
    const items = [
      ...parked
        .filter(({ feed }) => isShipments(feed))
        .map((record) => parkedItem(record, "Shipment", seconds)),
      ...feeds
        .filter(({ feed }) => isShipments(feed))
        .map(({ feed, source: system, heard_at: since }) => ({
          ...told(`feed:${feed}`, since, seconds),
          subject: { typename: "Feed", id: feed },
          summary: `Nothing was heard of ${feed}: what has shipped since is not known here.`,
          blame: { class: "TECHNICAL", code: "FEED_SILENT", owner: "source", system } as const,
        })),
    ];
    return oldestFirst(items, after, limit);
  });
}

/** Few things are in these lists at any time. */
function counted(listAll: WorkList["list"]): WorkList {
  const list: WorkList["list"] = async (query) => (query.customers === "all" ? listAll(query) : []);
  return { list, count: async (query) => (await list(query)).length };
}

/** Parked records of another list among those that are read: few wait at any time, and each for minutes. */
const MAX_SKIPPED = 500;

type Parked = {
  readonly feed: string;
  readonly source_id: string;
  readonly order_numbers: readonly string[];
  readonly parked_at: Date;
};

type Slice = { readonly before: Date; readonly after: WorkPosition | null; readonly limit: number };

async function readParked(db: Db, { before, after, limit }: Slice): Promise<readonly Parked[]> {
  const { rows } = await sql<Parked>`
    select feed, source_id, order_numbers, parked_at from parked_records
    where parked_at < ${before} and parked_at >= ${after?.since ?? LONG_AGO}::timestamptz
    order by parked_at, feed, source_id limit ${limit}`.execute(db);
  return rows;
}

function parkedItem(
  { feed, source_id: id, order_numbers: numbers, parked_at: since }: Parked,
  typename: string,
  seconds: number,
): WorkItem {
  const orders = numbers.slice(0, MAX_NAMED).join(", ");
  return {
    ...told(`parked:${feed}/${id}`, since, seconds),
    subject: { typename, id },
    summary: `Record ${id} of ${feed} waits for orders that are not known here: ${orders}.`,
    blame: ourOwn("RECORD_PARKED"),
  };
}

const MAX_NAMED = 5;
const LONG_AGO = "1970-01-01T00:00:00.000Z";

async function readQuarantined(db: Db, { before, after, limit }: Slice) {
  const { rows } = await sql<{ position: string; id: string; since: Date }>`
    select position::text, event_id as id, found_at as since from event_quarantine
    where released_at is null and found_at < ${before}
      and found_at >= ${after?.since ?? LONG_AGO}::timestamptz
    order by found_at, position limit ${limit + MAX_SKIPPED}`.execute(db);
  return rows;
}

/** Since when: of the first event that a consumer has not read. */
async function readConsumers(db: Db, before: Date) {
  const { rows } = await sql<{ consumer: string; since: Date }>`
    select consumer, next.recorded_at as since
    from (select consumer, position from consumer_offsets limit ${MAX_CONSUMERS}) as behind
    cross join lateral (
      select recorded_at from events where events.position > behind.position
      order by events.position limit 1
    ) as next
    where next.recorded_at < ${before}`.execute(db);
  return rows;
}

/** No source can help it. */
function ourOwn(code: string): Blame {
  return { class: "TECHNICAL", code, owner: "operator", system: "crossdock" };
}

function told(id: string, since: Date, thresholdSeconds: number) {
  return { id, since: instantOf(since), thresholdSeconds, correlationId: null } as const;
}

function oldestFirst(
  items: readonly WorkItem[],
  after: WorkPosition | null,
  limit: number,
): readonly WorkItem[] {
  return items
    .filter((item) => after === null || compare(item, after) > 0)
    .sort(compare)
    .slice(0, limit);
}

function compare(a: WorkPosition | WorkItem, b: WorkPosition | WorkItem): number {
  if (a.since !== b.since) return a.since < b.since ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
