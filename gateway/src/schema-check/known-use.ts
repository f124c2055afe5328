import { z } from "zod";
import type { Audience } from "../policy/client-policies.ts";
import type { Coordinate } from "../usage/coordinates.ts";

/** An operation of a manifest that is promoted: it has to go on working as long as that is so. */
export type PromotedOperation = {
  readonly clientId: string;
  /** Whose contract the client has; `null`: nothing is known, and the whole schema counts. */
  readonly audience: Audience | null;
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

export const NOTHING_KNOWN: KnownUse = { promoted: [], days: null, recorded: [] };

/** What `ctl schema pull` writes and the running stack answers. @throws {z.ZodError} it does not have that shape */
export function parseKnownUse(value: unknown): KnownUse {
  return knownUse.parse(value);
}

const knownUse = z.object({
  promoted: z.array(
    z.object({
      clientId: z.string(),
      audience: z.enum(["portal", "partner", "operator"]).nullable(),
      name: z.string(),
      body: z.string(),
    }),
  ),
  days: z.number().int().nullable(),
  recorded: z.array(
    z.object({
      clientId: z.string(),
      operationName: z.string().nullable(),
      signature: z.string(),
      count: z.number().int(),
      lastUsedOn: z.string(),
      coordinates: z.array(z.string()),
      inVariables: z.array(z.tuple([z.string(), z.number().int()])),
    }),
  ),
});
