import { randomUUID } from "node:crypto";
import {
  mismatchSubject,
  type Difference,
  type ExceptionAdvice,
  type ReconciliationScope,
  type Subject,
} from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import {
  closeFinding,
  exceptionChangedOf,
  exceptionRaisedOf,
  openFinding,
  type ExceptionRecord,
  type Finding,
  type OrderProcess,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import { adviceOn } from "./mismatch-advice.ts";
import { mismatchOf } from "./reconciliation-rows.ts";
import type { Mismatch, Reconciliation } from "./reconciliation.ts";

/** More of one run than this have one cause: they come before a person as one exception. */
export const MAX_SINGLE_EXCEPTIONS = 200;
/** Of one transaction, so that others come in between. */
const AT_ONCE = 20;
const SYSTEMIC = "RECONCILIATION_SYSTEMIC";
/** Who closes what needs nobody any more. */
const CLOSED_BY = "reconciliation";

type Deps = {
  readonly ledger: Pick<Ledger, "transaction" | "db">;
  readonly process: Pick<OrderProcess, "apply">;
  readonly clock: Clock;
};

/**
 * Puts what a whole run found before a person, each thing once over all runs, and takes back what it found no more. What a person
 * has let be (IGNORED) is not told again while the systems say what they said then. Safe to repeat after a kill.
 */
export async function settleFindings(
  deps: Deps,
  { id, scope }: Pick<Reconciliation, "id" | "scope">,
  signal: AbortSignal,
): Promise<void> {
  const all = await deps.ledger.db
    .selectFrom("mismatches")
    .selectAll()
    .where("reconciliation_id", "=", id)
    .orderBy("sequence")
    .limit(MAX_SINGLE_EXCEPTIONS + 1)
    .execute();
  const isSystemic = all.length > MAX_SINGLE_EXCEPTIONS;
  const mismatches = isSystemic ? [] : all.map(mismatchOf);
  for (let at = 0; at < mismatches.length; at += AT_ONCE) {
    signal.throwIfAborted();
    await tellSome(deps, id, scope, mismatches.slice(at, at + AT_ONCE));
  }
  if (isSystemic) await tellSystemic(deps, id, scope);
  else await closeGone(deps, scope, id, signal);
}

async function tellSome(
  { ledger, process, clock }: Deps,
  runId: string,
  scope: ReconciliationScope,
  mismatches: readonly Mismatch[],
): Promise<void> {
  await ledger.transaction(async (trx) => {
    const correlationId = randomUUID();
    const opened: ExceptionRecord[] = [];
    for (const mismatch of mismatches) {
      if (mismatch.repairedAt !== null) continue;
      const finding = findingOf(scope, mismatch, runId);
      const said = saidBy(mismatch);
      const known = await knownFinding(trx, scope, finding.subject);
      let exceptionId = known?.exception_id ?? null;
      if (known === null || (!known.isOpen && !(known.isIgnored && known.said === said))) {
        const exception = await openFinding(trx, finding, { at: clock.now(), correlationId });
        if (exception !== null) opened.push(exception);
        exceptionId = exception?.id ?? exceptionId;
      }
      if (exceptionId === null) continue;
      await noteFinding(trx, { scope, subject: finding.subject, exceptionId, said, runId });
      await trx
        .updateTable("mismatches")
        .set({ exception_id: exceptionId })
        .where("reconciliation_id", "=", runId)
        .where("sequence", "=", mismatch.sequence)
        .execute();
    }
    if (opened.length === 0) return;
    const events = opened.map((exception) => exceptionRaisedOf(exception));
    await process.apply(trx, [], events, { correlationId, causationId: null });
  });
}

async function knownFinding(
  trx: LedgerTransaction,
  scope: ReconciliationScope,
  subject: Subject,
): Promise<{
  readonly exception_id: string;
  readonly said: string;
  readonly isOpen: boolean;
  readonly isIgnored: boolean;
} | null> {
  const row = await trx
    .selectFrom("mismatch_findings")
    .innerJoin("exceptions", "exceptions.id", "mismatch_findings.exception_id")
    .select(["exception_id", "said", "resolution"])
    .where("scope", "=", scope)
    .where("mismatch_findings.subject", "=", subject)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { ...row, isOpen: row.resolution === null, isIgnored: row.resolution === "IGNORED" };
}

async function noteFinding(
  trx: LedgerTransaction,
  finding: {
    readonly scope: ReconciliationScope;
    readonly subject: Subject;
    readonly exceptionId: string;
    readonly said: string;
    readonly runId: string;
  },
): Promise<void> {
  const row = { exception_id: finding.exceptionId, said: finding.said, seen_in: finding.runId };
  await trx
    .insertInto("mismatch_findings")
    .values({ scope: finding.scope, subject: finding.subject, ...row })
    .onConflict((conflict) => conflict.columns(["scope", "subject"]).doUpdateSet(row))
    .execute();
}

/** What the run did not see any more, the word that there were too many included. */
async function closeGone(
  deps: Deps,
  scope: ReconciliationScope,
  runId: string,
  signal: AbortSignal,
): Promise<void> {
  let gone: number;
  do {
    signal.throwIfAborted();
    gone = await closeSome(deps, scope, runId);
  } while (gone === AT_ONCE);
}

async function closeSome(
  { ledger, process, clock }: Deps,
  scope: ReconciliationScope,
  runId: string,
): Promise<number> {
  return ledger.transaction(async (trx) => {
    const rows = await trx
      .selectFrom("mismatch_findings")
      .select("subject")
      .where("scope", "=", scope)
      .where("seen_in", "<>", runId)
      .orderBy("subject")
      .limit(AT_ONCE)
      .execute();
    const closed = await closeFindings(trx, scope, rows, clock);
    const trace = { correlationId: randomUUID(), causationId: null };
    if (closed.length > 0) {
      await process.apply(
        trx,
        [],
        closed.map((each) => exceptionChangedOf(each, "CLOSED")),
        trace,
      );
    }
    return rows.length;
  });
}

async function closeFindings(
  trx: LedgerTransaction,
  scope: ReconciliationScope,
  rows: readonly { readonly subject: string }[],
  clock: Clock,
): Promise<readonly ExceptionRecord[]> {
  const closed: ExceptionRecord[] = [];
  const note = "A later comparison found that the systems agree.";
  for (const { subject } of rows) {
    const decision = { by: CLOSED_BY, resolution: "CORRECTED", note } as const;
    const exception = await closeFinding(trx, subject as Subject, decision, clock.now());
    if (exception !== null) closed.push(exception);
    await trx
      .deleteFrom("mismatch_findings")
      .where("scope", "=", scope)
      .where("subject", "=", subject)
      .execute();
  }
  return closed;
}

async function tellSystemic(
  { ledger, process, clock }: Deps,
  runId: string,
  scope: ReconciliationScope,
): Promise<void> {
  await ledger.transaction(async (trx) => {
    const correlationId = randomUUID();
    const { mismatch_count: count } = await trx
      .selectFrom("reconciliations")
      .select("mismatch_count")
      .where("id", "=", runId)
      .executeTakeFirstOrThrow();
    const subject = mismatchSubject(scope, "systemic" as Subject);
    const finding: Finding = {
      subject,
      name: `mismatch-${scope}-systemic`,
      class: "BUSINESS_RULE",
      code: SYSTEMIC,
      owner: "operator",
      action: {
        code: "FIND_COMMON_CAUSE",
        text: `Look at what reconciliation ${runId} found: so many have one cause, such as a system that was restored or a feed that was off. It closes when a run finds ${String(MAX_SINGLE_EXCEPTIONS)} or fewer.`,
      },
      summary: `The comparison ${scope} found ${String(count)} mismatches, more than come before a person one by one.`,
      payload: { reconciliationId: runId, scope, mismatches: count },
    };
    const opened = await openFinding(trx, finding, { at: clock.now(), correlationId });
    if (opened === null) return;
    const said = String(count);
    await noteFinding(trx, { scope, subject, exceptionId: opened.id, said, runId });
    const events = [exceptionRaisedOf(opened)];
    await process.apply(trx, [], events, { correlationId, causationId: null });
  });
}

function findingOf(
  scope: ReconciliationScope,
  difference: Difference,
  reconciliationId: string,
): Finding {
  const { key, code, about, part, summary, field, left, leftSource, right, rightSource } =
    difference;
  const advice: ExceptionAdvice = adviceOn(difference);
  return {
    subject: mismatchSubject(scope, about, part ?? undefined),
    name: `mismatch-${scope}-${key}`,
    class: "BUSINESS_RULE",
    code,
    ...advice,
    summary,
    payload: {
      reconciliationId,
      key,
      field,
      [leftSource]: left,
      [rightSource]: right,
      ...(difference.proposal === null ? {} : { adjustInventory: difference.proposal }),
    },
  };
}

function saidBy({ field, left, right }: Difference): string {
  return `${field}: ${left} / ${right}`;
}
