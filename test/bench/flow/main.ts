/**
 * What it costs to look at how the orders flow: `node --import tsx test/bench/flow/main.ts [orders]`, over an embedded
 * ledger with 100,000 open orders of some kilobytes each. Prints milliseconds, the median and the slowest of twenty looks.
 */
import { instantOf, ORDER_STATUSES } from "@crossdock/domain";
import { openTestLedger } from "@crossdock/ledger/testing";
import {
  createFlowBook,
  createWorkListBook,
  WORK_LIST_KINDS,
  type WorkThresholds,
} from "@crossdock/processes";
import { sql } from "kysely";

const ORDERS = Number(process.argv[2] ?? 100_000);
const LOOKS = 20;
/** About what an order of a few lines has. */
const STATE_CHARACTERS = 4_000;
const STAGES = ORDER_STATUSES.slice(0, ORDER_STATUSES.indexOf("INVOICED"));
const HOUR = 3_600;
const THRESHOLDS: WorkThresholds = {
  stages: Object.fromEntries(STAGES.map((stage) => [stage, HOUR])),
  pendingErpCreationSeconds: HOUR,
  shippedNotInvoicedSeconds: HOUR,
  eventsNotConsumedSeconds: HOUR,
  shipmentsAwaitingPortalSeconds: HOUR,
  delayedAllocationsSeconds: HOUR,
  failingCommandsSeconds: HOUR,
};

const opened = await openTestLedger({ isOnDisk: true });
try {
  const { ledger } = opened;
  await seed(ledger.db);
  const flowBook = createFlowBook(ledger.background);
  const lists = createWorkListBook(ledger, (feed) => feed === "wms-shipment");
  const now = instantOf(new Date());
  const beside = lookBeside(ledger);
  await measure("flow", () => flowBook.readFlow(now, THRESHOLDS.stages));
  console.log(`somebody else's read meanwhile: at most ${(await beside.stop()).toFixed(1)} ms`);
  await measure("a minute's sample", () => flowBook.readStages());
  for (const kind of WORK_LIST_KINDS) {
    const query = { customers: "all", now, thresholds: THRESHOLDS, after: null } as const;
    await measure(kind, () => lists.of(kind).list({ ...query, limit: 51 }));
    await measure(`${kind}, counted`, () => lists.of(kind).count({ ...query, limit: 10_001 }));
  }
} finally {
  await opened.close();
}

/** Reads one row again and again, as a request does. @returns milliseconds that the slowest took */
function lookBeside({ db }: Parameters<typeof createFlowBook>[0]): { stop(): Promise<number> } {
  let isOver = false;
  const slowest = (async () => {
    let longest = 0;
    while (!isOver) {
      const startedMs = performance.now();
      await db.selectFrom("order_book").select("id").where("id", "=", "O1").execute();
      longest = Math.max(longest, performance.now() - startedMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return longest;
  })();
  return {
    stop: () => {
      isOver = true;
      return slowest;
    },
  };
}

async function seed(db: Parameters<typeof createFlowBook>[0]["db"]): Promise<void> {
  const filler = "x".repeat(STATE_CHARACTERS);
  const batch = 5_000;
  for (let from = 0; from < ORDERS; from += batch) {
    await sql`
      insert into order_book (id, number, customer_number, status, placed_at, skus, state, stage_since,
        warehouses, unbilled_since, promised_until)
      select 'O' || n, case when n % 9 > 1 then 'SO-' || n end, 'C' || n % 60,
        (${STAGES}::text[])[n % 9 + 1], now() - n * interval '1 second', '{}',
        jsonb_build_object('correlationId', 'c' || n, 'filler', ${filler}::text || n),
        now() - n * interval '1 second', (${["EAST", "WEST", "NORTH", "SOUTH"]}::text[])[n % 4 + 1 : n % 4 + 1],
        case when n % 9 = 7 then now() - n * interval '1 second' end,
        case when n % 9 = 4 then now() - n * interval '1 second' end
      from generate_series(${from}::integer, ${Math.min(from + batch, ORDERS) - 1}::integer) as n`.execute(
      db,
    );
  }
  await sql`vacuum analyze order_book`.execute(db);
}

async function measure(name: string, look: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let at = 0; at < LOOKS; at += 1) {
    const startedMs = performance.now();
    await look();
    took.push(performance.now() - startedMs);
  }
  took.sort((a, b) => a - b);
  const [median = 0, slowest = 0] = [took[Math.floor(LOOKS / 2)], took.at(-1)];
  console.log(`${name}: ${median.toFixed(1)} ms, at most ${slowest.toFixed(1)} ms`);
}
