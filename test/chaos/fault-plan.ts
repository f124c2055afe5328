import type { FaultInput, SourceName } from "@crossdock/sandbox";
import type { Seeded } from "./seeded.ts";

/** A process that is killed with no warning. */
export type Victim = "app" | "sandbox" | "postgres" | "redis";

/** What goes wrong, `afterMs` after the fault before it. */
export type Fault = { readonly afterMs: number } & (
  | { readonly kind: "kill"; readonly victim: Victim; readonly downMs: number }
  /** Everything in Redis is gone. */
  | { readonly kind: "flush" }
  | {
      readonly kind: FaultInput["kind"];
      readonly source: SourceName;
      /** Only calls of this operation, as the sandbox names it; every call when `null`. */
      readonly operation: string | null;
      /** The part of the calls that it strikes, in percent. */
      readonly percent: number;
      readonly latencyMs: number;
      readonly forMs: number;
      /** No more calls than so many; any number when `null`. */
      readonly times: number | null;
    }
);

/** How a vendor fails, and how its notifications do. */
const SOURCE_FAULTS = [
  "lostResponse",
  "down",
  "slow",
  "error",
  "rateLimit",
  "drop",
  "duplicate",
  "reorder",
] as const satisfies readonly FaultInput["kind"][];
/** What has something of an order whose answer may be lost. */
const SOURCES = ["erp", "wms", "finance"] as const satisfies readonly SourceName[];
/** An answer that is lost after the work is the one that tempts to do it twice: it strikes each write. */
const WRITES = {
  erp: ["POST salesOrders", "DELETE salesOrders"],
  wms: ["POST order", "POST order/{id}:cancel"],
  finance: ["PUT Invoices", "PUT Payments"],
} as const satisfies Readonly<Record<(typeof SOURCES)[number], readonly string[]>>;
const KILLS_PER_DECK = 3;
const GAP_MS = { least: 200, most: 1_500 };
const DOWN_MS = { least: 0, most: 1_000 };
const FOR_MS = { least: 500, most: 3_000 };
/** Commands may have to wait for what was broken before: these wait for the next writes. */
const WRITE_FOR_MS = 600_000;
const WRITE_TIMES = { least: 1, most: 3 };
const LATENCY_MS = { least: 200, most: 3_000 };
const PERCENT = { least: 30, most: 100 };
const ALL_PERCENT = 100;

/**
 * Draws faults from shuffled decks that hold every kind, so that a run of some dozens has them all.
 * @param options.victims what may be killed here
 * @param options.flushes whether Redis is flushed, once, half way
 */
export function planFaults(
  seeded: Seeded,
  options: {
    readonly count: number;
    readonly victims: readonly Victim[];
    readonly flushes: boolean;
  },
): Fault[] {
  const { count, victims, flushes } = options;
  const faults: Fault[] = [];
  let deck: (() => Omit<Fault, "afterMs">)[] = [];
  while (faults.length < count) {
    if (deck.length === 0) deck = seeded.shuffled(newDeck(seeded, victims));
    const isHalfWay = flushes && faults.length === Math.floor(count / 2);
    const draw = isHalfWay ? () => ({ kind: "flush" as const }) : deck.pop();
    if (draw === undefined) break;
    const afterMs = seeded.between(GAP_MS.least, GAP_MS.most);
    faults.push({ afterMs, ...draw() } as Fault);
  }
  return faults;
}

function newDeck(seeded: Seeded, victims: readonly Victim[]): (() => Omit<Fault, "afterMs">)[] {
  const kill = (victim: Victim) => () => ({
    kind: "kill" as const,
    victim,
    downMs: seeded.between(DOWN_MS.least, DOWN_MS.most),
  });
  const strike = (source: SourceName, kind: (typeof SOURCE_FAULTS)[number]) => () => ({
    kind,
    source,
    operation: null,
    percent: seeded.between(PERCENT.least, PERCENT.most),
    latencyMs: seeded.between(LATENCY_MS.least, LATENCY_MS.most),
    forMs: seeded.between(FOR_MS.least, FOR_MS.most),
    times: null,
  });
  const loseAnswer = (source: SourceName, operation: string) => () => ({
    kind: "lostResponse" as const,
    source,
    operation,
    percent: ALL_PERCENT,
    latencyMs: 0,
    forMs: WRITE_FOR_MS,
    times: seeded.between(WRITE_TIMES.least, WRITE_TIMES.most),
  });
  return [
    ...victims.flatMap((victim) => Array.from({ length: KILLS_PER_DECK }, () => kill(victim))),
    ...SOURCES.flatMap((source) => SOURCE_FAULTS.map((kind) => strike(source, kind))),
    ...SOURCES.flatMap((source) => WRITES[source].map((write) => loseAnswer(source, write))),
  ];
}

/** @returns e.g. `kill app`, `flush redis`, `down erp`, `lostResponse erp POST salesOrders` */
export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case "kill":
      return `kill ${fault.victim}`;
    case "flush":
      return "flush redis";
    default:
      return [fault.kind, fault.source, fault.operation ?? []].flat().join(" ");
  }
}
