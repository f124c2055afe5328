import type { Draws } from "./seeded-draws.ts";

/** How often each thing goes wrong, from 0 to 1. The first six are drawn for a field of an object, the last two for a fetch. */
export type FaultPlan = {
  /** A field that may be null is null. No fault, but the way there. */
  readonly nulls: number;
  /** A resolver raises an error, which takes the parent with it where the field may not be null. */
  readonly errors: number;
  /** The subgraph answers null where its own schema allows none, and says nothing. */
  readonly forbiddenNulls: number;
  /** The subgraph answers a value of another kind: text for a list, a list for an object, a type that nobody knows. */
  readonly wrongKinds: number;
  /** The subgraph leaves a field out of its answer. */
  readonly leftOut: number;
  /** An entity that another subgraph knows is not found. */
  readonly lostEntities: number;
  /** The subgraph gives no answer, or one without data. */
  readonly failedFetches: number;
  /** The answer has errors beside its data that say no place, or another one; or too few entities. */
  readonly oddAnswers: number;
};

const SOUND: FaultPlan = {
  nulls: 0.1,
  errors: 0,
  forbiddenNulls: 0,
  wrongKinds: 0,
  leftOut: 0,
  lostEntities: 0,
  failedFetches: 0,
  oddAnswers: 0,
};

/** Named, so that a report says which it was. */
export const FAULT_PLANS: Readonly<Record<string, FaultPlan>> = {
  sound: SOUND,
  "many nulls": { ...SOUND, nulls: 0.4, lostEntities: 0.1 },
  errors: { ...SOUND, errors: 0.06, lostEntities: 0.05 },
  "failed fetches": { ...SOUND, failedFetches: 0.3, oddAnswers: 0.1 },
  "forbidden nulls": { ...SOUND, forbiddenNulls: 0.02, leftOut: 0.01 },
  "wrong kinds": { ...SOUND, wrongKinds: 0.008 },
  everything: {
    nulls: 0.15,
    errors: 0.03,
    forbiddenNulls: 0.01,
    wrongKinds: 0.004,
    leftOut: 0.005,
    lostEntities: 0.05,
    failedFetches: 0.08,
    oddAnswers: 0.05,
  },
};

/** Every third case has subgraphs that answer as they should. */
const SHARE_SOUND = 1 / 3;

export function drawFaultPlan(draws: Draws): string {
  return draws.chance(SHARE_SOUND) ? "sound" : draws.oneOf(Object.keys(FAULT_PLANS));
}
