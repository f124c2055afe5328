import { instantOf, InvalidValueError } from "@crossdock/domain";
import type { CustomerNumber, Instant } from "@crossdock/domain";
import type { Ledger, LedgerTables } from "@crossdock/ledger";
import { sql } from "kysely";
import type { SelectQueryBuilder } from "kysely";
import { recordOf, UNSETTLED } from "./command-record.ts";
import type { CommandRecord, CommandStatus } from "./command-record.ts";
import type { IdempotencyKey } from "./idempotency.ts";

/** What is absent does not narrow. */
export type CommandFilter = {
  readonly status?: readonly CommandStatus[];
  readonly type?: string;
  /** Whose commands may be seen; those of no customer only with "all". */
  readonly customerNumbers: readonly CustomerNumber[] | "all";
  /** Accepted at or after. */
  readonly from?: Instant;
  /** Accepted before. */
  readonly to?: Instant;
};

export type CommandPageRequest = CommandFilter & {
  /** 1 to 200. */
  readonly first: number;
  /** The cursor of the last command of the page before; `null` for the first page. */
  readonly after: string | null;
};

export type CommandPage = {
  /** Newest first. */
  readonly entries: readonly { readonly cursor: string; readonly command: CommandRecord }[];
  readonly hasMore: boolean;
  /** All that the filter lets through, on whatever page. */
  readonly total: number;
};

/** How the work stands, for gauges and for the operator's page. */
export type CommandBacklog = {
  /** Accepted and not settled. */
  readonly inFlight: number;
  readonly deadLettered: number;
  /** When the oldest command in flight was accepted; `null` when there is none. */
  readonly oldestAcceptedAt: Instant | null;
};

export interface CommandReader {
  /**
   * @param ids 0 to 500
   * @returns one entry per id, in their order; `null` where there is no such command
   */
  read(ids: readonly string[]): Promise<(CommandRecord | null)[]>;
  findByKey(clientId: string, key: IdempotencyKey): Promise<CommandRecord | null>;
  /** @throws {InvalidValueError} on a `first` or `after` that makes no sense */
  list(request: CommandPageRequest): Promise<CommandPage>;
  backlog(): Promise<CommandBacklog>;
}

const MAX_IDS = 500;
const MAX_PAGE = 200;

export function createCommandReader({ db }: Ledger): CommandReader {
  return {
    async read(ids) {
      if (ids.length === 0) return [];
      if (ids.length > MAX_IDS) {
        throw new RangeError(`At most ${String(MAX_IDS)} commands are read at once.`);
      }
      const rows = await db.selectFrom("commands").selectAll().where("id", "in", ids).execute();
      const found = new Map(rows.map((row) => [row.id, recordOf(row)]));
      return ids.map((id) => found.get(id) ?? null);
    },

    async findByKey(clientId, key) {
      const row = await db
        .selectFrom("commands")
        .selectAll()
        .where("client_id", "=", clientId)
        .where("idempotency_key", "=", key)
        .executeTakeFirst();
      return row === undefined ? null : recordOf(row);
    },

    async list(request) {
      const { first, after } = request;
      if (!Number.isInteger(first) || first < 1 || first > MAX_PAGE) {
        throw new InvalidValueError("first", first, `1 to ${String(MAX_PAGE)}`);
      }
      let page = narrow(db.selectFrom("commands"), request).selectAll();
      if (after !== null) page = page.where("sequence", "<", decodeCursor(after));
      const [rows, { total }] = await Promise.all([
        page
          .orderBy("sequence", "desc")
          .limit(first + 1)
          .execute(),
        narrow(db.selectFrom("commands"), request)
          .select(({ fn }) => fn.countAll<string>().as("total"))
          .executeTakeFirstOrThrow(),
      ]);
      return {
        entries: rows.slice(0, first).map((row) => ({
          cursor: encodeCursor(row.sequence),
          command: recordOf(row),
        })),
        hasMore: rows.length > first,
        total: Number(total),
      };
    },

    async backlog() {
      const unsettled = sql.join(UNSETTLED);
      const { rows } = await sql<{ inFlight: number; deadLettered: number; oldest: Date | null }>`
        select count(*) filter (where status in (${unsettled}))::int as "inFlight",
          count(*) filter (where status = 'DEAD_LETTERED')::int as "deadLettered",
          min(accepted_at) filter (where status in (${unsettled})) as "oldest"
        from commands where status in (${unsettled}, 'DEAD_LETTERED')`.execute(db);
      const [row] = rows;
      return {
        inFlight: row?.inFlight ?? 0,
        deadLettered: row?.deadLettered ?? 0,
        oldestAcceptedAt: row?.oldest == null ? null : instantOf(row.oldest),
      };
    },
  };
}

type CommandQuery = SelectQueryBuilder<LedgerTables, "commands", object>;

function narrow(query: CommandQuery, filter: CommandFilter): CommandQuery {
  const { status, type, customerNumbers, from, to } = filter;
  let narrowed = query;
  if (status !== undefined) narrowed = narrowed.where("status", "in", orNone(status));
  if (type !== undefined) narrowed = narrowed.where("type", "=", type);
  if (customerNumbers !== "all") {
    narrowed = narrowed.where("customer_number", "in", orNone(customerNumbers));
  }
  if (from !== undefined) narrowed = narrowed.where("accepted_at", ">=", new Date(from));
  if (to !== undefined) narrowed = narrowed.where("accepted_at", "<", new Date(to));
  return narrowed;
}

/** SQL has no empty list: one null, which equals nothing, says the same. */
function orNone<T>(values: readonly T[]): T[] {
  return values.length === 0 ? [null as T] : [...values];
}

const CURSOR_VERSION = "c1:";

function encodeCursor(sequence: string): string {
  return Buffer.from(`${CURSOR_VERSION}${sequence}`).toString("base64url");
}

function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString();
  const sequence = text.slice(CURSOR_VERSION.length);
  if (!text.startsWith(CURSOR_VERSION) || !/^\d{1,18}$/.test(sequence)) {
    throw new InvalidValueError("after", cursor, "a cursor of this list");
  }
  return sequence;
}
