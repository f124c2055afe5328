import type { ExceptionResolution } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { changeStatus } from "./change-status.ts";
import type { StatusChange } from "./change-status.ts";
import { CORRECTED, IN_DOUBT, recordOf, SKIPPED } from "./command-record.ts";
import type { CommandRecord, CommandRow, CommandStatus } from "./command-record.ts";
import { LONG_AGO } from "./database-time.ts";
import type { CommandRegistry } from "./definition.ts";
import { editData } from "./edit-data.ts";
import type { EditProblem } from "./edit-data.ts";
import { errorColumns } from "./error-columns.ts";
import type { CommandJournal, SteppingIn } from "./journal.ts";
import { NO_LANE } from "./lane.ts";

export type Intervention =
  | { readonly kind: "done"; readonly command: CommandRecord }
  /** Its status does not allow it; nothing changed. */
  | { readonly kind: "refused"; readonly command: CommandRecord }
  | { readonly kind: "absent" };

export type Edit =
  | Intervention
  | { readonly kind: "invalid"; readonly problems: readonly EditProblem[] }
  /** The source has what an earlier attempt sent, or may still be at work on it; nothing changed. */
  | { readonly kind: "atSource" | "settling"; readonly command: CommandRecord };

/** What a person, or a process manager, may do to a command. */
export interface Interventions {
  /**
   * Tries a `DEAD_LETTERED` command again, with all its attempts and all its patience. What an earlier
   * attempt may have done is looked up first, as always; where the source cannot be asked (`IN_DOUBT`) the
   * person has looked, and it is sent.
   * @param by who asks, for the record
   */
  retry(id: string, by?: string): Promise<Intervention>;
  /**
   * Takes a command back that has not been sent: `ACCEPTED`, or `RETRYING` or `DEAD_LETTERED` while
   * nothing can have reached the source, or (`IN_DOUBT`) the person has looked. Not one that a process
   * does with commands of its own.
   * @param reason for the record
   * @param by who asks, for the record
   */
  cancel(id: string, reason: string, by?: string): Promise<Intervention>;
  /**
   * Deals with a `DEAD_LETTERED` command as a person decided who has looked at it and at the source.
   * - `RETRIED` as `retry`.
   * - `CORRECTED` it was done by hand: it is looked for at the source under our reference and never sent;
   *   `SUCCEEDED` when it is found there, else `CANCELLED`.
   * - `IGNORED` it is not to be done: `CANCELLED`, whatever may have reached the source.
   * - `COMPENSATED` what reached the source was undone: `COMPENSATED`.
   * - `SKIPPED` it is left out, and its process goes on as if it were done: `CANCELLED`. Refused for a step that cannot be
   *   left out: see `whyNotSkipped` of its definition.
   */
  resolve(id: string, decision: SteppingIn): Promise<Intervention>;
  /**
   * Changes what a `DEAD_LETTERED` command asks for, as far as its definition lets a person, and tries it again as `retry`
   * does. Where an earlier attempt may have reached the source, it is looked for there before anything is changed.
   * @param changes see `editData`
   * @param isAtSource asks the source for what an earlier attempt did; throws what the source fails of, and changes nothing then
   */
  editAndRetry(
    id: string,
    edit: { readonly changes: unknown; readonly by: string; readonly note: string },
    isAtSource: (command: CommandRecord) => Promise<boolean>,
  ): Promise<Edit>;
  /**
   * Notes that what a `SUCCEEDED` command did was undone by another one. In the transaction that
   * learns of it.
   */
  markCompensated(trx: LedgerTransaction, id: string): Promise<Intervention>;
}

/** Who steps in when nobody is named. */
const OURSELVES = "crossdock";

export function createInterventions(options: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly journal: CommandJournal;
  readonly registry: CommandRegistry;
  /** Tells everyone, once the change is committed. */
  readonly ring: { due(): void; settled(id: string): void };
}): Interventions {
  const { ledger, clock, journal, registry, ring } = options;

  async function intervene(
    trx: LedgerTransaction,
    change: StatusChange,
    allowed: (row: CommandRow) => boolean = () => true,
  ): Promise<Intervention> {
    const row = await trx
      .selectFrom("commands")
      .selectAll()
      .where("id", "=", change.id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return { kind: "absent" };
    const command = allowed(row) ? await changeStatus(trx, journal, change) : null;
    return command === null
      ? { kind: "refused", command: recordOf(row) }
      : { kind: "done", command };
  }

  async function goOn(
    id: string,
    steppedIn: SteppingIn,
    set: StatusChange["set"],
    allowed?: (row: CommandRow) => boolean,
  ): Promise<Intervention> {
    const change: StatusChange = {
      id,
      from: ["DEAD_LETTERED"],
      to: "RETRYING",
      steppedIn,
      set: {
        ...errorColumns(null),
        attempts: 0,
        free_attempts: 0,
        failing_since: null,
        completed_at: null,
        queued_until: LONG_AGO,
        // Not before the settle window of the last attempt has passed.
        due_at: sql<Date>`greatest(due_at, clock_timestamp())`,
        ...set,
      },
    };
    const intervention = await ledger.transaction((trx) => intervene(trx, change, allowed));
    if (intervention.kind === "done") ring.due();
    return intervention;
  }

  async function end(
    id: string,
    steppedIn: SteppingIn,
    end: {
      readonly from: readonly CommandStatus[];
      readonly to: EndStatus;
      /** Of the command's error; the status unless given. */
      readonly code?: string;
    },
    allowed?: (row: CommandRow) => boolean,
  ): Promise<Intervention> {
    const { from, to, code = to } = end;
    const message = steppedIn.note ?? "A person ended it.";
    const error = { class: null, code, message, retryable: false };
    const set = { ...errorColumns(error), completed_at: clock.now() };
    const intervention = await ledger.transaction((trx) =>
      intervene(trx, { id, from, to, steppedIn, set }, allowed),
    );
    if (intervention.kind === "done") ring.settled(id);
    return intervention;
  }

  const retry = (id: string, steppedIn: SteppingIn) =>
    goOn(id, steppedIn, {
      in_doubt: sql<boolean>`in_doubt and error_code is distinct from ${IN_DOUBT}`,
      look_only: false,
    });
  const decisions: Readonly<
    Record<ExceptionResolution, (id: string, decision: SteppingIn) => Promise<Intervention>>
  > = {
    RETRIED: retry,
    CORRECTED: (id, decision) => {
      const message = decision.note ?? "A person did it by hand.";
      const error = { class: null, code: CORRECTED, message, retryable: true };
      return goOn(id, decision, { ...errorColumns(error), in_doubt: true, look_only: true });
    },
    IGNORED: (id, decision) => end(id, decision, { from: ["DEAD_LETTERED"], to: "CANCELLED" }),
    COMPENSATED: (id, decision) =>
      end(id, decision, { from: ["DEAD_LETTERED"], to: "COMPENSATED" }),
    SKIPPED: (id, decision) =>
      end(
        id,
        decision,
        { from: ["DEAD_LETTERED"], to: "CANCELLED", code: SKIPPED },
        ({ type, version }) => registry.find(type, version)?.whyNotSkipped === null,
      ),
  };

  async function editAndRetry(
    id: string,
    { changes, by, note }: Parameters<Interventions["editAndRetry"]>[1],
    isAtSource: Parameters<Interventions["editAndRetry"]>[2],
  ): Promise<Edit> {
    const row = await ledger.db
      .selectFrom("commands")
      .selectAll()
      .select(sql<boolean>`due_at > clock_timestamp()`.as("is_settling"))
      .where("id", "=", id)
      .executeTakeFirst();
    if (row === undefined) return { kind: "absent" };
    const command = recordOf(row);
    const definition = registry.find(command.type, command.version);
    if (command.status !== "DEAD_LETTERED" || definition === null) {
      return { kind: "refused", command };
    }
    const edited = editData(definition, command.data, changes);
    if (edited.kind === "invalid") return edited;
    // Where the source cannot be asked, the person has looked: as with `retry`.
    if (row.in_doubt && row.error_code !== IN_DOUBT) {
      if (row.is_settling) return { kind: "settling", command };
      if (await isAtSource(command)) return { kind: "atSource", command };
    }
    const edit = { paths: edited.paths, before: command.data };
    return goOn(
      id,
      { by, resolution: "RETRIED", note, edit },
      { data: JSON.stringify(edited.data), in_doubt: false, look_only: false },
      // Somebody may have had it tried again meanwhile: then what was looked at is not what is there.
      (now) => now.completed_at?.getTime() === row.completed_at?.getTime(),
    );
  }

  return {
    retry: (id, by = OURSELVES) => retry(id, { by, resolution: "RETRIED", note: null }),
    cancel: (id, reason, by = OURSELVES) =>
      end(
        id,
        { by, resolution: "IGNORED", note: reason },
        { from: ["ACCEPTED", "RETRYING", "DEAD_LETTERED"], to: "CANCELLED" },
        // What no worker has, a process is at work on.
        (row) => row.lane !== NO_LANE && (!row.in_doubt || row.error_code === IN_DOUBT),
      ),
    editAndRetry,
    resolve: (id, decision) => decisions[decision.resolution](id, decision),
    markCompensated: (trx, id) =>
      intervene(trx, { id, from: ["SUCCEEDED"], to: "COMPENSATED", set: {} }),
  };
}

/** Also the code of the command's error then. */
type EndStatus = Extract<CommandStatus, "CANCELLED" | "COMPENSATED">;
