import {
  instantOf,
  type CustomerNumber,
  type ErrorClass,
  type ExceptionOwner,
  type ExceptionResolution,
  type LastAnswer,
  type Subject,
} from "@crossdock/domain";
import type { Ledger, LedgerTables } from "@crossdock/ledger";
import { sql, type Selectable, type SelectQueryBuilder } from "kysely";
import type {
  ExceptionBook,
  ExceptionFilter,
  ExceptionPosition,
  ExceptionRecord,
  ExceptionSort,
} from "./exception-book.ts";

export type ExceptionRow = Selectable<LedgerTables["exceptions"]>;
type Selection<Output> = SelectQueryBuilder<LedgerTables, "exceptions", Output>;

/** The exceptions in the ledger. */
export function createExceptionBook({ db }: Pick<Ledger, "db">): ExceptionBook {
  return {
    async readExceptions(ids) {
      const rows = await db
        .selectFrom("exceptions")
        .selectAll()
        .where("id", "in", [...ids])
        .execute();
      const found = new Map(rows.map((row) => [row.id, exceptionOf(row)]));
      return ids.map((id) => found.get(id) ?? null);
    },

    async listExceptions({ first, after, sort = "NEWEST", ...filter }) {
      const rows = await inOrder(matching(db.selectFrom("exceptions"), filter), sort, after)
        .selectAll()
        .limit(first + 1)
        .execute();
      const exceptions = rows.slice(0, first).map((row) => ({
        record: exceptionOf(row),
        position: {
          sequence: row.sequence,
          ...(sort === "DUE_FIRST" ? { dueAt: instantOf(row.due_at) } : {}),
        },
      }));
      return { exceptions, hasNextPage: rows.length > first };
    },

    async countExceptions(filter) {
      const row = await matching(db.selectFrom("exceptions"), filter)
        .select(({ fn }) => fn.countAll<string>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },

    async wasRetried(commandId, code) {
      const row = await db
        .selectFrom("exceptions")
        .select("id")
        .where("command_id", "=", commandId)
        .where("code", "=", code)
        .where("resolution", "=", "RETRIED")
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}

export function exceptionOf(row: ExceptionRow): ExceptionRecord {
  return {
    id: row.id,
    commandId: row.command_id,
    commandType: row.command_type,
    customerNumber: row.customer_number as CustomerNumber | null,
    subject: row.subject as Subject,
    class: row.error_class as ErrorClass | null,
    code: row.code,
    owner: row.owner as ExceptionOwner,
    action: { code: row.action_code, text: row.action_text },
    summary: row.summary,
    payload: row.payload,
    lastAnswer: row.last_answer as LastAnswer | null,
    correlationId: row.correlation_id,
    openedAt: instantOf(row.opened_at),
    dueAt: instantOf(row.due_at),
    assignee: row.assignee,
    closed:
      row.resolved_at === null
        ? null
        : {
            at: instantOf(row.resolved_at),
            resolution: row.resolution as ExceptionResolution,
            note: row.note,
            by: row.resolved_by ?? "",
          },
  };
}

function matching<Output>(query: Selection<Output>, filter: ExceptionFilter): Selection<Output> {
  const { customerNumbers, isOpen, code, class: errorClass, owner } = filter;
  const { ids, isOverdue, assignee } = filter;
  return query
    .$if(customerNumbers !== "all", (select) =>
      select.where("customer_number", "in", orNone(customerNumbers)),
    )
    .$if(isOpen !== undefined, (select) =>
      select.where("resolved_at", isOpen === true ? "is" : "is not", null),
    )
    .$if(code !== undefined, (select) => select.where("code", "=", code ?? ""))
    .$if(errorClass !== undefined, (select) => select.where("error_class", "=", errorClass ?? ""))
    .$if(owner !== undefined, (select) => select.where("owner", "=", owner ?? ""))
    .$if(ids !== undefined, (select) => select.where("id", "in", orNone(ids ?? [])))
    .$if(assignee !== undefined, (select) => select.where("assignee", "=", assignee ?? ""))
    .$if(isOverdue !== undefined, (select) =>
      select.where(
        sql<boolean>`(due_at < coalesce(resolved_at, clock_timestamp())) = ${isOverdue === true}`,
      ),
    );
}

function inOrder<Output>(
  query: Selection<Output>,
  sort: ExceptionSort,
  after: ExceptionPosition | null,
): Selection<Output> {
  if (sort !== "DUE_FIRST") {
    const [beyond, direction] =
      sort === "NEWEST" ? (["<", "desc"] as const) : ([">", "asc"] as const);
    return query
      .$if(after !== null, (select) => select.where("sequence", beyond, after?.sequence ?? ""))
      .orderBy("sequence", direction);
  }
  return query
    .$if(after !== null, (select) =>
      select.where(
        sql<boolean>`(due_at, sequence) > (${new Date(after?.dueAt ?? 0)}, ${after?.sequence}::bigint)`,
      ),
    )
    .orderBy("due_at")
    .orderBy("sequence");
}

/** SQL has no empty list: one null, which equals nothing, says the same. */
function orNone(values: readonly string[] | "all"): string[] {
  return values === "all" || values.length === 0 ? [null as unknown as string] : [...values];
}
