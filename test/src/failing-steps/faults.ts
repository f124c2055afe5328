import {
  ExceptionsToResolveDocument,
  RetryCommandDocument,
  type ExceptionsToResolveQuery,
} from "../../generated/operations.ts";
import { until } from "../until.ts";
import { PATH_MS, type Hands, type Step } from "./steps.ts";

export type Waiting = ExceptionsToResolveQuery["exceptions"]["edges"][number]["node"];

/** A way in which a step fails: set before it is set off, and ended by whoever ends it. */
export type Failure = {
  readonly name: string;
  /** Which steps it is tried with; all when left out. */
  readonly strikes?: (step: Step) => boolean;
  strike(hands: Hands, step: Step): Promise<void>;
  /** @returns what a person was shown of it; `null` where it passes by itself */
  end(hands: Hands, step: Step): Promise<Waiting | null>;
};

/** Longer than a try, so that several fail. */
const AWAY_MS = 3_000;
/** Long enough to see the call, and to kill in the middle of it. */
const SLOW_MS = 5_000;
const REFUSED_MS = 600_000;

const KILLED_IN: ReadonlySet<string> = new Set([
  "orders.submitOrder",
  "shipments.releaseOrder",
  "billing.raiseInvoice",
  "orders.removeOrder",
]);

export const FAILURES: readonly Failure[] = [
  {
    name: "the source is away",
    // What a client wants of finance is judged by finance, or refused while it is away (SOURCE_UNAVAILABLE).
    strikes: ({ pays }) => pays === undefined,
    strike: ({ stack }, { source }) =>
      stack.sandbox.fault({ source, kind: "down", forMs: AWAY_MS }),
    end: () => Promise.resolve(null),
  },
  {
    name: "the answer is lost",
    strike: ({ stack }, { source, operation }) =>
      stack.sandbox.fault({ source, operation, kind: "lostResponse", times: 1 }),
    async end({ stack }, { source }) {
      const struck = `${source} lostResponse`;
      await until(
        () => stack.sandbox.struck(),
        (counts) => (counts[struck] ?? 0) > 0,
        PATH_MS,
      );
      return null;
    },
  },
  {
    name: "the source does not take it",
    strike: ({ stack }, { source, operation }) =>
      stack.sandbox.fault({ source, operation, kind: "garbage", forMs: REFUSED_MS }),
    async end(hands, step) {
      const shown = await untilStopped(hands, step);
      await hands.stack.sandbox.clearFaults();
      await hands.stack.ask(RetryCommandDocument, { id: shown.command?.id ?? "" }, hands.operator);
      return shown;
    },
  },
  {
    name: "the program is killed meanwhile",
    // A start takes its time: one step at each source, and one that undoes.
    strikes: ({ command }) => KILLED_IN.has(command),
    strike: ({ stack }, { source, operation }) =>
      stack.sandbox.fault({ source, operation, kind: "slow", latencyMs: SLOW_MS, times: 1 }),
    async end({ stack }, { source }) {
      await until(
        () => stack.sandbox.struck(),
        (counts) => (counts[`${source} slow`] ?? 0) > 0,
        PATH_MS,
      );
      await stack.kill();
      await stack.start();
      return null;
    },
  },
];

export async function openExceptions({ stack, operator }: Hands): Promise<readonly Waiting[]> {
  const { exceptions } = await stack.ask(ExceptionsToResolveDocument, {}, operator);
  return exceptions.edges.map(({ node }) => node);
}

async function untilStopped(hands: Hands, { command }: Step): Promise<Waiting> {
  const ofStep = (all: readonly Waiting[]) => all.find((one) => one.command?.type === command);
  const shown = ofStep(
    await until(
      () => openExceptions(hands),
      (all) => ofStep(all) !== undefined,
      PATH_MS,
    ),
  );
  if (shown === undefined) throw new Error(`Nobody was shown that ${command} has stopped.`);
  return shown;
}
