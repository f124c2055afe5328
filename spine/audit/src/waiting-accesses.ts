import type { Instant } from "@crossdock/domain";
import type { AccessKind, AccessNote, AccessOutcome } from "./access-journal.ts";

/** What one request has done, of one kind and outcome. */
export type WaitingAccess = {
  readonly at: Instant;
  readonly correlationId: string;
  readonly clientId: string;
  readonly viewerId: string;
  readonly role: string;
  readonly access: AccessKind;
  readonly operation: string;
  readonly outcome: AccessOutcome;
  readonly subjects: Set<string>;
};

/** More of one request begin another row. */
const MAX_SUBJECTS_PER_ROW = 1_000;
/** The client chooses the names of its operations. */
const MAX_OPERATION_CHARACTERS = 200;

/** Notes that are not written yet, one row for all that a request tells of one kind; in the order of their first notes. */
export class WaitingAccesses {
  readonly #max: number;
  #rowsOf = new Map<object, WaitingAccess[]>();
  #size = 0;

  /** @param max notes: a row counts as one, and as one more for each subject behind its first */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  /** @returns whether there was room */
  add(note: AccessNote, at: Instant): boolean {
    const { request, subject } = note;
    const rows = this.#rowsOf.get(request) ?? [];
    const known = rows.find((row) => isOf(row, note));
    if (known !== undefined && (subject === null || known.subjects.has(subject))) return true;
    if (this.#size >= this.#max) return false;
    this.#size += 1;
    if (known !== undefined && subject !== null) {
      known.subjects.add(subject);
      return true;
    }
    rows.push(rowOf(note, at));
    this.#rowsOf.set(request, rows);
    return true;
  }

  /** Takes rows out, the oldest first. @param count at most; the rows of one request stay together */
  take(count: number): readonly WaitingAccess[] {
    const taken: WaitingAccess[] = [];
    for (const [request, rows] of this.#rowsOf) {
      if (taken.length > 0 && taken.length + rows.length > count) break;
      taken.push(...rows);
      this.#rowsOf.delete(request);
    }
    this.#size -= sizeOf(taken);
    return taken;
  }

  /** Puts rows back that could not be written, before all that came since. @returns how many notes found no room */
  putBack(rows: readonly WaitingAccess[]): number {
    const before = new Map<object, WaitingAccess[]>();
    let lost = 0;
    for (const row of rows) {
      const size = sizeOf([row]);
      if (this.#size + size > this.#max) {
        lost += size;
        continue;
      }
      before.set(row, [row]);
      this.#size += size;
    }
    this.#rowsOf = new Map([...before, ...this.#rowsOf]);
    return lost;
  }
}

function isOf(row: WaitingAccess, { access, operation, outcome }: AccessNote): boolean {
  return (
    row.access === access &&
    row.outcome === outcome &&
    row.operation === shortened(operation) &&
    row.subjects.size < MAX_SUBJECTS_PER_ROW
  );
}

function rowOf(note: AccessNote, at: Instant): WaitingAccess {
  const { viewer, correlationId, access, outcome, subject } = note;
  return {
    at,
    correlationId,
    clientId: viewer.clientId,
    viewerId: viewer.id,
    role: viewer.role,
    access,
    operation: shortened(note.operation),
    outcome,
    subjects: new Set(subject === null ? [] : [subject]),
  };
}

function shortened(operation: string): string {
  return operation.length > MAX_OPERATION_CHARACTERS
    ? operation.slice(0, MAX_OPERATION_CHARACTERS)
    : operation;
}

function sizeOf(rows: readonly WaitingAccess[]): number {
  return rows.reduce((sum, { subjects }) => sum + Math.max(1, subjects.size), 0);
}
