import type { Coordinate } from "../usage/coordinates.ts";

/** An operation of a manifest that is promoted: it has to go on working as long as that is so. */
export type PromotedOperation = {
  readonly clientId: string;
  /** What the manifest calls it. */
  readonly name: string;
  /** The document. */
  readonly body: string;
};

/** How often one client has used one operation. */
export type RecordedUse = {
  readonly clientId: string;
  readonly operationName: string | null;
  /** Of the shape that the operation had when it was run. */
  readonly signature: string;
  /** Runs, within the time that was asked for. */
  readonly count: number;
  /** Calendar day in UTC. */
  readonly lastUsedOn: string;
  /** What its text asks for. */
  readonly coordinates: readonly Coordinate[];
  /** What was in its variables, and in how many of the runs. */
  readonly inVariables: readonly (readonly [Coordinate, number])[];
};

/** What is known of those who use a schema. */
export type KnownUse = {
  readonly promoted: readonly PromotedOperation[];
  /** Days that were looked at; `null`: nobody has asked what was used. */
  readonly days: number | null;
  readonly recorded: readonly RecordedUse[];
};
