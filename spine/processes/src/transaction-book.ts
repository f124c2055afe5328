import {
  instantOf,
  invoiceSubject,
  orderRequestSubject,
  orderSubject,
  readOrderState,
  shipmentSubject,
  type CustomerNumber,
  type Instant,
  type OrderId,
  type OrderState,
  type Subject,
} from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";

/** What is written down of one order, or of one request, over all tables; nothing private is read. */
export type TransactionRecords = {
  readonly correlationId: string;
  readonly orders: readonly OrderState[];
  readonly accesses: readonly AccessRow[];
  readonly commands: readonly CommandRow[];
  readonly journal: readonly JournalRow[];
  readonly attempts: readonly AttemptRow[];
  readonly events: readonly EventRow[];
  readonly exceptions: readonly ExceptionRow[];
};

export type AccessRow = {
  readonly sequence: string;
  readonly at: Instant;
  readonly client_id: string;
  readonly operation: string;
  readonly outcome: string;
};
export type CommandRow = {
  readonly id: string;
  readonly type: string;
  readonly lane: string;
  readonly subject: Subject;
  readonly customer_number: CustomerNumber | null;
  readonly status: string;
  readonly completed_at: Instant | null;
  readonly result_id: string | null;
};
export type JournalRow = {
  readonly sequence: string;
  readonly at: Instant;
  readonly actor: string;
  readonly step: string;
  readonly command_id: string;
  readonly command_type: string;
  readonly outcome: string;
  readonly payload_hash: string;
};
export type AttemptRow = {
  readonly command_id: string;
  readonly attempt: number;
  readonly lane: string;
  readonly started_at: Instant;
  readonly ended_at: Instant;
  readonly outcome: string;
  readonly document_id: string | null;
};
export type EventRow = {
  readonly id: string;
  readonly type: string;
  readonly subject: Subject;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
  readonly causation_id: string | null;
  readonly data: Readonly<Record<string, unknown>>;
};
export type ExceptionRow = {
  readonly id: string;
  readonly command_id: string | null;
  readonly code: string;
  readonly summary: string;
  readonly opened_at: Instant;
  readonly resolved_at: Instant | null;
  readonly resolution: string | null;
};

export interface TransactionBook {
  /** @returns `null` when nothing is known of it */
  readByCorrelation(correlationId: string): Promise<TransactionRecords | null>;
  /**
   * What an order has set off, with what later requests for it did.
   * @param name its id or its number
   */
  readByOrder(name: string): Promise<TransactionRecords | null>;
}

/** Rows of each kind at most: more than the steps that are told. */
const MAX_ROWS = 501;
/** Orders of one request, and requests for one order. */
const MAX_ORDERS = 50;
const MAX_REQUESTS = 50;

/** Everything is found by an index: of commands by what set them off, of all else by what it is about. */
export function createTransactionBook({ db }: Pick<Ledger, "db">): TransactionBook {
  const read = async (
    correlationId: string,
    requests: readonly string[],
    about: OrderState | null,
  ): Promise<TransactionRecords | null> => {
    const found = await readCommands(db, requests);
    const commands = found.filter(({ subject }) => about === null || isAbout(subject, about));
    const orders = about === null ? await readOrders(db, ordersOf(commands)) : [about];
    const ids = commands.map(({ id }) => id);
    const [accesses, journal, attempts, events, exceptions] = await Promise.all([
      readAccesses(db, requests),
      readJournal(db, ids),
      readAttempts(db, ids),
      readEvents(db, orders.flatMap(subjectsOf)),
      readExceptions(db, requests, ids),
    ]);
    if (commands.length + events.length + accesses.length + exceptions.length === 0) return null;
    return { correlationId, orders, accesses, commands, journal, attempts, events, exceptions };
  };

  return {
    readByCorrelation: (correlationId) => read(correlationId, [correlationId], null),

    async readByOrder(name) {
      const row = await db
        .selectFrom("order_book")
        .select("state")
        .where((where) => where.or([where("id", "=", name), where("number", "=", name)]))
        .executeTakeFirst();
      if (row === undefined || row.state === null) return null;
      const order = readOrderState(row.state as OrderState);
      const requests = await requestsFor(db, subjectsOf(order));
      const { correlationId: own, steps } = order;
      const first = own ?? (await correlationOfCommand(db, steps[0]?.commandId ?? null));
      const correlationId = first ?? requests[0];
      if (correlationId === undefined) return null;
      return read(correlationId, [...new Set([correlationId, ...requests])], order);
    },
  };
}

type Db = Ledger["db"];

/** A request may be for several orders: of these only what is about one of them. */
function isAbout(subject: Subject, order: OrderState): boolean {
  return (
    subject === orderRequestSubject(order.id) ||
    subject.startsWith(`bill:${order.id}/`) ||
    subjectsOf(order).includes(subject)
  );
}

function ordersOf(commands: readonly CommandRow[]): OrderId[] {
  const ids = commands.flatMap(({ subject }) => {
    const [, id] = /^(?:order|order-request|bill):([^/]+)/.exec(subject) ?? [];
    return id === undefined ? [] : [id as OrderId];
  });
  return [...new Set(ids)].slice(0, MAX_ORDERS);
}

function subjectsOf({ id, shipments, invoices }: OrderState): Subject[] {
  return [
    orderSubject(id),
    ...shipments.map((shipment) => shipmentSubject(shipment.id)),
    ...invoices.flatMap((bill) => (bill.id === null ? [] : [invoiceSubject(bill.id)])),
  ];
}

async function readOrders(db: Db, ids: readonly OrderId[]): Promise<readonly OrderState[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom("order_book")
    .select("state")
    .where("id", "in", [...ids])
    .orderBy("id")
    .execute();
  return rows.flatMap(({ state }) => (state === null ? [] : [readOrderState(state as OrderState)]));
}

/** Of the requests that were made for an order or one of its documents: oldest first. */
async function requestsFor(db: Db, subjects: readonly Subject[]): Promise<readonly string[]> {
  const { rows } = await sql<{ correlation_id: string }>`
    select correlation_id from (
      select correlation_id, min(position) as position from (
        select correlation_id, position from events
        where subject = any(${subjects}::text[]) order by position limit ${MAX_ROWS}
      ) as told group by correlation_id
    ) as requests order by position limit ${MAX_REQUESTS}`.execute(db);
  return rows.map(({ correlation_id: id }) => id);
}

async function correlationOfCommand(db: Db, id: string | null): Promise<string | undefined> {
  if (id === null) return undefined;
  const row = await db
    .selectFrom("commands")
    .select("correlation_id")
    .where("id", "=", id)
    .executeTakeFirst();
  return row?.correlation_id;
}

async function readCommands(db: Db, requests: readonly string[]): Promise<readonly CommandRow[]> {
  const rows = await db
    .selectFrom("commands")
    .select([
      "id",
      "type",
      "lane",
      "subject",
      "customer_number",
      "status",
      "completed_at",
      "result_id",
    ])
    .where("correlation_id", "in", [...requests])
    .orderBy("sequence")
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({
    ...row,
    subject: row.subject as Subject,
    customer_number: row.customer_number as CustomerNumber | null,
    completed_at: nullable(row.completed_at),
  }));
}

async function readAccesses(db: Db, requests: readonly string[]): Promise<readonly AccessRow[]> {
  const rows = await db
    .selectFrom("data_accesses")
    .select(["sequence", "at", "client_id", "operation", "outcome"])
    .where("correlation_id", "in", [...requests])
    .where("access", "=", "CHANGE")
    .orderBy("sequence")
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({ ...row, sequence: String(row.sequence), at: instantOf(row.at) }));
}

async function readJournal(db: Db, commands: readonly string[]): Promise<readonly JournalRow[]> {
  if (commands.length === 0) return [];
  const rows = await db
    .selectFrom("audit_journal")
    .select([
      "sequence",
      "at",
      "actor",
      "step",
      "command_id",
      "command_type",
      "outcome",
      "payload_hash",
    ])
    .where("command_id", "in", [...commands])
    .orderBy("sequence")
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({ ...row, at: instantOf(row.at) }));
}

async function readAttempts(db: Db, commands: readonly string[]): Promise<readonly AttemptRow[]> {
  if (commands.length === 0) return [];
  const rows = await db
    .selectFrom("command_attempts")
    .selectAll()
    .where("command_id", "in", [...commands])
    .orderBy("started_at")
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({
    ...row,
    started_at: instantOf(row.started_at),
    ended_at: instantOf(row.ended_at),
  }));
}

async function readEvents(db: Db, subjects: readonly Subject[]): Promise<readonly EventRow[]> {
  if (subjects.length === 0) return [];
  const rows = await db
    .selectFrom("events")
    .select(["id", "type", "subject", "occurred_at", "recorded_at", "causation_id", "data"])
    .where(sql<boolean>`subject = any(${subjects}::text[])`)
    .orderBy("position")
    .limit(MAX_ROWS)
    .execute();
  return rows.map((row) => ({
    ...row,
    subject: row.subject as Subject,
    occurred_at: instantOf(row.occurred_at),
    recorded_at: instantOf(row.recorded_at),
  }));
}

async function readExceptions(
  db: Db,
  requests: readonly string[],
  commands: readonly string[],
): Promise<readonly ExceptionRow[]> {
  const { rows } = await sql<{
    id: string;
    command_id: string | null;
    code: string;
    summary: string;
    opened_at: Date;
    resolved_at: Date | null;
    resolution: string | null;
  }>`
    select id, command_id, code, summary, opened_at, resolved_at, resolution from exceptions
    where correlation_id = any(${requests}::text[]) or command_id = any(${commands}::text[])
    order by sequence limit ${MAX_ROWS}`.execute(db);
  return rows.map((row) => ({
    ...row,
    opened_at: instantOf(row.opened_at),
    resolved_at: nullable(row.resolved_at),
  }));
}

function nullable(at: Date | null): Instant | null {
  return at === null ? null : instantOf(at);
}
