import {
  ResolveExceptionDocument,
  RetryCommandDocument,
  TowerNowDocument,
  type TowerNowQuery,
} from "../../generated/operations.ts";
import type { Hands } from "../failing-steps/steps.ts";
import { until } from "../until.ts";

/** One thing that an operator sees is wrong, with what kind of trouble it is and whose. */
export type Sight = {
  /** `exceptions`, `sources`, or the kind of a work list. */
  readonly where: string;
  readonly class: string | null;
  readonly code: string | null;
  readonly owner: string | null;
  /** Where it is, where that is told: `erp`, `crossdock` … */
  readonly system: string | null;
  readonly subject: string | null;
  readonly summary: string;
};

/** What has to be seen: every property that is given. */
export type Expected = Partial<Omit<Sight, "summary" | "subject" | "class">> & {
  readonly where: string;
  /** One, or one of several where nobody can know which. */
  readonly class?: string | readonly string[];
  /** The type of the thing that it is about. */
  readonly typename?: string;
};

/** So long may pass from a fault until the tower has it. */
export const SEEN_WITHIN_MS = 60_000;
const QUIET_WITHIN_MS = 90_000;

type Work = TowerNowQuery["failing"]["edges"][number]["node"];

/** All that the tower shows of what goes wrong; empty while all is well. */
export async function lookAtTower({ stack, operator }: Hands): Promise<readonly Sight[]> {
  const { exceptions, sources, ...lists } = await stack.ask(TowerNowDocument, {}, operator);
  const items = [
    lists.failing,
    lists.pending,
    lists.unbilled,
    lists.stuck,
    lists.unread,
    lists.untold,
  ].flatMap(({ edges }) => edges.map(({ node }) => sightOfWork(node)));
  return [
    ...exceptions.edges.map(({ node }) => ({
      where: "exceptions",
      class: node.class ?? null,
      code: node.code,
      owner: node.owner,
      system: null,
      subject: node.subject == null ? null : `${node.subject.typename}:${node.subject.id}`,
      summary: node.summary,
    })),
    ...sources
      .filter(({ state }) => state !== "CLOSED")
      .map(({ name, state }) => ({
        where: "sources",
        class: "TECHNICAL",
        code: state,
        owner: "source",
        system: name,
        subject: null,
        summary: `${name} is not asked.`,
      })),
    ...items,
  ];
}

function sightOfWork({ kind, summary, subject, blame }: Work): Sight {
  return {
    where: kind,
    class: blame?.class ?? null,
    code: blame?.code ?? null,
    owner: blame?.owner ?? null,
    system: blame?.system ?? null,
    subject: `${subject.typename}:${subject.id}`,
    summary,
  };
}

/**
 * Looks until each thing was seen that is expected; they need not be there at one moment.
 * @returns them, in order of `expected`
 * @throws {Error} one is not seen within a minute; the message says what was seen last
 */
export async function untilSeen(
  hands: Hands,
  expected: readonly Expected[],
): Promise<readonly Sight[]> {
  const found = new Map<Expected, Sight>();
  await until(
    async () => {
      const sights = await lookAtTower(hands);
      for (const one of expected) {
        const sight = sights.find((each) => isAsExpected(each, one));
        if (sight !== undefined) found.set(one, found.get(one) ?? sight);
      }
      return sights;
    },
    () => found.size === expected.length,
    SEEN_WITHIN_MS,
  );
  return expected.flatMap((one) => found.get(one) ?? []);
}

function isAsExpected(
  sight: Sight,
  { typename, class: wantedClass, ...wanted }: Expected,
): boolean {
  if (wantedClass !== undefined && ![wantedClass].flat().includes(sight.class ?? "")) return false;
  if (typename !== undefined && !(sight.subject ?? "").startsWith(`${typename}:`)) return false;
  return Object.entries(wanted).every(([name, value]) => sight[name as keyof Sight] === value);
}

/** Works off what waits for a person, as an operator does who has repaired the cause, until nothing is wrong any more. */
export async function untilQuiet(hands: Hands): Promise<void> {
  const { stack, operator } = hands;
  await until(
    async () => {
      const { exceptions } = await stack.ask(TowerNowDocument, {}, operator);
      for (const { node } of exceptions.edges) {
        const { id, command } = node;
        // Another one may have been quicker: an answer of the source, or what closes by itself.
        if (command != null) await stack.query(RetryCommandDocument, { id: command.id }, operator);
        else {
          const decision = { id, resolution: "CORRECTED", note: "The cause is repaired." } as const;
          await stack.query(ResolveExceptionDocument, decision, operator);
        }
      }
      return lookAtTower(hands);
    },
    (sights) => sights.length === 0,
    QUIET_WITHIN_MS,
  );
}
