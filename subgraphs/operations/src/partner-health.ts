import type { Instant } from "@crossdock/domain";
import type { PartnerHealth } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";

/** A partner as operators know it. */
export type ObservedPartner = {
  readonly clientId: string;
  readonly name: string;
  readonly pointsPerMinute: number;
  readonly isSuspended: boolean;
  /** What it asks for is held back. */
  readonly isPaused: boolean;
};

/** How the partners do, as far as is written down. */
export type PartnerDesk = {
  /** By name, up to `MAX_PARTNERS_SHOWN`. */
  readonly partners: () => readonly ObservedPartner[];
  readonly activityOf: (
    now: Instant,
    clientIds: readonly string[],
  ) => Promise<ReadonlyMap<string, ObservedActivity>>;
};

export type ObservedActivity = {
  readonly requests: number;
  readonly failed: number;
  readonly refused: number;
  readonly pointsLastMinute: number;
  readonly lastSeenAt: Instant;
};

export const MAX_PARTNERS_SHOWN = 500;

/** Every partner with what it did in the last hour. */
export async function readPartnerHealth({
  deps: { partnerDesk, clock },
}: Context): Promise<readonly PartnerHealth[]> {
  const partners = partnerDesk.partners().slice(0, MAX_PARTNERS_SHOWN);
  const activity = await partnerDesk.activityOf(
    clock.now(),
    partners.map(({ clientId }) => clientId),
  );
  return partners.map(({ clientId, ...partner }) => {
    const known = activity.get(clientId);
    const requests = known?.requests ?? 0;
    return {
      ...partner,
      clientId,
      channel: "API",
      requestsLastHour: requests,
      successRatio: known === undefined || requests === 0 ? null : 1 - known.failed / requests,
      refusedLastHour: known?.refused ?? 0,
      pointsLastMinute: known?.pointsLastMinute ?? 0,
      lastSeenAt: known?.lastSeenAt ?? null,
    };
  });
}
