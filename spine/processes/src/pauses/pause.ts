import { instantOf, type Instant } from "@crossdock/domain";
import type { LedgerTables } from "@crossdock/ledger";
import type { Selectable } from "kysely";

/**
 * What a pause stops. `LANE`: all commands to one system. `SOURCE`: one system whole, commands, feeds and inquiries.
 * `PARTNER`: one application, to which nothing is answered.
 */
export const PAUSE_SCOPES = ["LANE", "PARTNER", "SOURCE"] as const;
export type PauseScope = (typeof PAUSE_SCOPES)[number];

/** Something that a person has stopped until it is resumed. */
export type Pause = {
  readonly id: string;
  readonly scope: PauseScope;
  /** Of a lane or a source its name, of a partner its client id. */
  readonly name: string;
  readonly reason: string;
  readonly pausedBy: string;
  readonly pausedAt: Instant;
  /** `null` while it is paused. */
  readonly resumed: { readonly at: Instant; readonly by: string } | null;
};

/** Rings when something was paused or resumed. */
export const PAUSES_CHANNEL = "pauses";

export function pauseOf(row: Selectable<LedgerTables["pauses"]>): Pause {
  return {
    id: row.id,
    scope: row.scope,
    name: row.name,
    reason: row.reason,
    pausedBy: row.paused_by,
    pausedAt: instantOf(row.paused_at),
    resumed:
      row.resumed_at === null ? null : { at: instantOf(row.resumed_at), by: row.resumed_by ?? "" },
  };
}
