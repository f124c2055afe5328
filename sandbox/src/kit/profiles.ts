import { createHash } from "node:crypto";
import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { z } from "zod";
import { WORLD_SEED } from "../world/world.ts";
import type { FaultKind } from "./faults.ts";
import type { SourceName } from "./source.ts";

/**
 * How badly a real system behaves, for as long as the profile is on. Without any, the vendors keep to what
 * they publish: the ERP takes Business Central's rate, its five calls at once with 95 waiting, its batches of
 * a hundred, and deletes a subscription whose receiver answers an odd status.
 */
export const PROFILE_NAMES = [
  "cloud-a", // the ERP: whoever waits too long for a place is answered 429, a plain 400 or a 401 that lies
  "cloud-b", // the ERP: its published time-outs besides, 503 in the queue and 504 in the work
  "dist-c", // the ERP: 200 with a failure inside, sessions that others left dirty, read-only pages
  "wms-burst", // the warehouse: notifications twice, out of order, late or never
  "finance-outage", // finance: nobody answers
  "period-close", // finance: the books are closed up to today
  "tax-outage", // the tax engine: nobody answers
  "carrier-outage", // the carriers: nobody answers
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

export const profileNames = z.array(z.enum(PROFILE_NAMES)).max(PROFILE_NAMES.length);

/** Faults that stay for as long as a profile is on. */
export type StandingFault = {
  readonly source: SourceName;
  readonly kind: FaultKind;
  readonly rate: number;
  readonly latencyMs: number;
};

const STANDING: Readonly<Partial<Record<ProfileName, readonly StandingFault[]>>> = {
  "finance-outage": [{ source: "finance", kind: "down", rate: 1, latencyMs: 0 }],
  "tax-outage": [{ source: "tax", kind: "down", rate: 1, latencyMs: 0 }],
  "carrier-outage": [{ source: "carrier", kind: "down", rate: 1, latencyMs: 0 }],
  "wms-burst": [
    { source: "wms", kind: "drop", rate: 0.1, latencyMs: 0 },
    { source: "wms", kind: "duplicate", rate: 0.5, latencyMs: 0 },
    { source: "wms", kind: "delay", rate: 0.2, latencyMs: 1_000 },
    { source: "wms", kind: "reorder", rate: 0.3, latencyMs: 0 },
  ],
};

export interface ProfileBoard {
  /** Replaces what is on. Chances start again from the seed. */
  set(names: readonly ProfileName[]): void;
  list(): readonly ProfileName[];
  has(name: ProfileName): boolean;
  standingFaults(): readonly StandingFault[];
  /**
   * A number from 0 up to 1. The nth one for a `chance` is the same in every sandbox, whatever else is
   * asked meanwhile.
   */
  roll(chance: string): number;
  /** A call was disturbed by what the profile does. */
  noteDisturbed(name: ProfileName): void;
  /** Calls that each profile has disturbed since it was switched on; standing faults are among the faults. */
  disturbed(): Readonly<Partial<Record<ProfileName, number>>>;
}

export function createProfileBoard(
  names: readonly ProfileName[] = [],
  seed: number = WORLD_SEED,
): ProfileBoard {
  let on: ReadonlySet<ProfileName> = new Set(names);
  const disturbed = new Map<ProfileName, number>();
  const generators = new Map<string, RandomGenerator>();
  const generatorOf = (chance: string): RandomGenerator => {
    const digest = createHash("sha256")
      .update(`${String(seed)} ${chance}`)
      .digest();
    return xoroshiro128plus(digest.readInt32BE(0));
  };
  return {
    set(wanted) {
      on = new Set(wanted);
      generators.clear();
      disturbed.clear();
    },
    list: () => [...on],
    has: (name) => on.has(name),
    standingFaults: () => [...on].flatMap((name) => STANDING[name] ?? []),
    roll(chance) {
      const generator = generators.get(chance) ?? generatorOf(chance);
      generators.set(chance, generator);
      return uniformFloat64(generator);
    },
    noteDisturbed: (name) => void disturbed.set(name, (disturbed.get(name) ?? 0) + 1),
    disturbed: () => Object.fromEntries(disturbed),
  };
}
