import { instantOf, type Instant } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { CommandError, CommandRecord, CommandStatus } from "./command-record.ts";

/** When an attempt had its source, from its turn to its answer: all that it asked there. */
export type SourceCall = { readonly startedAt: Instant; readonly endedAt: Instant };

/** Notes when an attempt has its source. */
export class CallTimer {
  readonly #nowMs: () => number;
  #startedMs: number | null = null;
  #endedMs: number | null = null;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  start(): void {
    this.#startedMs = this.#nowMs();
  }

  stop(): void {
    this.#endedMs = this.#nowMs();
  }

  /** `null` of an attempt that did not have its turn. */
  get call(): SourceCall | null {
    if (this.#startedMs === null || this.#endedMs === null) return null;
    const [startedAt, endedAt] = [this.#startedMs, this.#endedMs].map((ms) =>
      instantOf(new Date(ms)),
    ) as [Instant, Instant];
    return { startedAt, endedAt };
  }
}

type Attempt = { readonly command: CommandRecord; readonly call?: SourceCall | null };

/** An attempt as the table has it; `null` of one that called no source. */
export function attemptRowOf(
  { command, call }: Attempt,
  came: {
    readonly status: CommandStatus;
    readonly error: Pick<CommandError, "code"> | null;
    readonly documentId?: string | null;
  },
) {
  if (call === null || call === undefined) return null;
  const { status, error, documentId = null } = came;
  return {
    command_id: command.id,
    attempt: command.attempts,
    lane: command.lane,
    started_at: call.startedAt,
    ended_at: call.endedAt,
    outcome: error === null ? status : `${status} ${error.code}`,
    document_id: documentId,
  };
}

/** Writes down what an attempt took that did not finish its command, in the transaction that says what comes next. */
export async function noteAttempt(
  trx: LedgerTransaction,
  attempt: Attempt,
  status: CommandStatus,
  error: CommandError,
): Promise<void> {
  const row = attemptRowOf(attempt, { status, error });
  if (row === null) return;
  await trx
    .insertInto("command_attempts")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
