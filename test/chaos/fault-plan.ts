import type { SourceName } from "@crossdock/sandbox";
import type { Seeded } from "./seeded.ts";

/** A process that is killed with no warning. */
export type Victim = "app" | "sandbox";
export type SourceFaultKind = "down" | "slow" | "error" | "lostResponse" | "rateLimit";

/** What goes wrong, `afterMs` after the fault before it. */
export type Fault = { readonly afterMs: number } & (
  | { readonly kind: "kill"; readonly victim: Victim; readonly downMs: number }
  | {
      readonly kind: SourceFaultKind;
      readonly source: SourceName;
      /** The part of the calls that it strikes, in percent. */
      readonly percent: number;
      readonly latencyMs: number;
      readonly forMs: number;
    }
);

const SOURCES = ["erp", "wms", "finance"] as const;
/** An answer that is lost after the work is the one that tempts to do it twice: it comes most. */
const SOURCE_FAULTS = [
  "lostResponse",
  "lostResponse",
  "down",
  "slow",
  "error",
  "rateLimit",
] as const;
const KILLS_PER_DECK = 3;
const GAP_MS = { least: 200, most: 1_500 };
const DOWN_MS = { least: 0, most: 1_000 };
const FOR_MS = { least: 500, most: 3_000 };
const LATENCY_MS = { least: 200, most: 3_000 };
const PERCENT = { least: 30, most: 100 };

/**
 * Draws faults from shuffled decks that hold every kind, so that a run of some dozens has them all.
 * @param victims what may be killed here
 */
export function planFaults(seeded: Seeded, count: number, victims: readonly Victim[]): Fault[] {
  const faults: Fault[] = [];
  let deck: (() => Omit<Fault, "afterMs">)[] = [];
  while (faults.length < count) {
    if (deck.length === 0) deck = seeded.shuffled(newDeck(seeded, victims));
    const draw = deck.pop();
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
  const strike = (source: SourceName, kind: SourceFaultKind) => () => ({
    kind,
    source,
    percent: seeded.between(PERCENT.least, PERCENT.most),
    latencyMs: seeded.between(LATENCY_MS.least, LATENCY_MS.most),
    forMs: seeded.between(FOR_MS.least, FOR_MS.most),
  });
  return [
    ...victims.flatMap((victim) => Array.from({ length: KILLS_PER_DECK }, () => kill(victim))),
    ...SOURCES.flatMap((source) => SOURCE_FAULTS.map((kind) => strike(source, kind))),
  ];
}

/** @returns e.g. `kill app`, `lostResponse erp` */
export function nameOf(fault: Fault): string {
  return fault.kind === "kill" ? `kill ${fault.victim}` : `${fault.kind} ${fault.source}`;
}
