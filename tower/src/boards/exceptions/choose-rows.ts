import type { ExceptionRow } from "../../live/exceptions.ts";

export const ORDERS = ["due", "newest", "oldest", "class"] as const;
export type SortOrder = (typeof ORDERS)[number];

/** What of the exceptions is shown; an empty text chooses all. */
export type Selection = {
  readonly text: string;
  readonly class: string;
  readonly owner: string;
  readonly code: string;
  /** `yes`: past the time when they should have been dealt with. */
  readonly overdue: string;
  /** A name, or `nobody`. */
  readonly assignee: string;
  readonly sort: SortOrder;
};

/** As the address says it. */
export function readSelection(query: Readonly<Record<string, string>>): Selection {
  const of = (name: string) => query[name] ?? "";
  return {
    text: of("q"),
    class: of("class"),
    owner: of("owner"),
    code: of("code"),
    overdue: of("overdue"),
    assignee: of("assignee"),
    sort: ORDERS.find((each) => each === query["sort"]) ?? "due",
  };
}

export function writeSelection({ text, sort, ...rest }: Selection): Record<string, string> {
  return { q: text, ...rest, sort: sort === "due" ? "" : sort };
}

/** @param nowMs decides what is overdue */
export function chooseRows(
  rows: Iterable<ExceptionRow>,
  selection: Selection,
  nowMs: number,
): readonly ExceptionRow[] {
  const words = selection.text.toLowerCase().split(/\s+/).filter(Boolean);
  const now = new Date(nowMs).toISOString();
  const chosen: ExceptionRow[] = [];
  for (const row of rows) {
    if (isChosen(row, selection, now) && matches(row, words)) chosen.push(row);
  }
  return chosen.sort(COMPARE[selection.sort]);
}

function isChosen(row: ExceptionRow, selection: Selection, now: string): boolean {
  const { assignee, overdue } = selection;
  if (selection.class !== "" && row.class !== selection.class) return false;
  if (selection.owner !== "" && row.owner !== selection.owner) return false;
  if (selection.code !== "" && row.code !== selection.code) return false;
  if (overdue === "yes" && row.dueAt > now) return false;
  if (assignee === "nobody") return row.assignee == null;
  return assignee === "" || row.assignee === assignee;
}

function matches(row: ExceptionRow, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { id, code, summary, owner, assignee, subject, correlationId } = row;
  const told = [id, code, summary, owner, assignee, subject?.id, correlationId]
    .join(" ")
    .toLowerCase();
  return words.every((word) => told.includes(word));
}

const by = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);
const COMPARE: Readonly<Record<SortOrder, (a: ExceptionRow, b: ExceptionRow) => number>> = {
  due: (a, b) => by(a.dueAt, b.dueAt) || by(a.id, b.id),
  newest: (a, b) => by(b.openedAt, a.openedAt) || by(b.id, a.id),
  oldest: (a, b) => by(a.openedAt, b.openedAt) || by(a.id, b.id),
  class: (a, b) => by(a.class ?? "", b.class ?? "") || by(a.dueAt, b.dueAt) || by(a.id, b.id),
};
