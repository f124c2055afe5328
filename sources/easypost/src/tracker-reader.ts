import { instantOf, type Instant } from "@crossdock/domain";
import { z } from "zod";
import type { EasypostClient } from "./easypost-client.ts";

const instant = z.iso
  .datetime({ offset: true })
  .transform((raw): Instant => instantOf(new Date(raw)));

const tracker = z.object({
  tracking_code: z.string(),
  status: z.string(),
  shipment_id: z.string().nullish(),
  est_delivery_date: instant.nullish(),
  signed_by: z.string().nullish(),
  tracking_details: z.array(
    z.object({
      status: z.string(),
      message: z.string().nullish(),
      datetime: instant,
      source: z.string().nullish(),
    }),
  ),
});
export type Tracker = z.output<typeof tracker>;
const batch = z.object({ trackers: z.array(tracker) });

/** More are asked for in several calls. */
const MAX_CODES = 100;

/** @returns per number, in their order; `null` where there is no tracker of it */
export async function readTrackers(
  client: EasypostClient,
  trackingNumbers: readonly string[],
  signal: AbortSignal,
): Promise<readonly (Tracker | null)[]> {
  const found = new Map<string, Tracker>();
  for (let at = 0; at < trackingNumbers.length; at += MAX_CODES) {
    const answer = await client.post(
      {
        operation: "POST trackers/batch",
        path: "/trackers/batch",
        body: { tracking_codes: trackingNumbers.slice(at, at + MAX_CODES) },
        schema: batch,
      },
      signal,
    );
    for (const one of answer?.trackers ?? []) found.set(one.tracking_code, one);
  }
  return trackingNumbers.map((trackingNumber) => found.get(trackingNumber) ?? null);
}
