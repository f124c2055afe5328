import { randomUUID } from "node:crypto";
import { trackingNumbersOf, withTracking, type ShipmentId } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import {
  findShipmentsUnderWay,
  listShipmentsUnderWay,
  recordCarrierNews,
  type OrderProcess,
  type ShipmentUnderWay,
} from "@crossdock/processes";
import { createRepeating, type Clock, type Logger } from "@crossdock/runtime";
import type { CarrierSystem, ParcelTracking } from "@crossdock/source-contract";

/**
 * Follows shipments with their carrier from the moment on in which they have left: milestones, delivery and what goes
 * wrong on the way, where the warehouse does not tell. All that are under way are gone through in turn.
 */
export interface CarrierTracking {
  start(): void;
  stop(): Promise<void>;
  /** The carrier notifies of a parcel: it is asked for soon, and its turn is not waited for. */
  hint(trackingNumber: string | null): void;
}

export type CarrierTrackingDeps = {
  readonly carrier: Pick<CarrierSystem, "name" | "tracking">;
  readonly ledger: Ledger;
  readonly process: Pick<OrderProcess, "applyAll">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** From one look to the next. */
  readonly everyMs: number;
};

/** Shipments of one look: one call of a carrier's, or two. */
const MAX_SHIPMENTS = 100;
/** Tracking numbers of one call: see `TrackingReader`. */
const MAX_NUMBERS = 200;
/** Notified parcels that wait for the next look; those after them have their turn. */
const MAX_HINTS = 1_000;
/** So long after a notification the carrier is asked: several of one moment are one call. */
const HINT_MS = 500;

export function createCarrierTracking(deps: CarrierTrackingDeps): CarrierTracking {
  const { logger, everyMs } = deps;
  const hinted = new Set<string>();
  let after: ShipmentId | null = null;
  const turn = createRepeating({
    work: async (signal) => {
      const page = await listShipmentsUnderWay(deps.ledger, after, MAX_SHIPMENTS);
      await follow(deps, page, signal);
      // The last page is not full: the next look begins anew.
      after = page.length < MAX_SHIPMENTS ? null : (page.at(-1)?.shipment.id ?? null);
    },
    everyMs,
    logger,
    whenFailed: "parcels could not be followed, it is tried again",
  });
  const hints = createRepeating({
    work: async (signal) => {
      const numbers = [...hinted].slice(0, MAX_SHIPMENTS);
      if (numbers.length === 0) return;
      await follow(deps, await findShipmentsUnderWay(deps.ledger, numbers), signal);
      for (const number of numbers) hinted.delete(number);
    },
    everyMs: HINT_MS,
    logger,
    whenFailed: "notified parcels could not be followed, it is tried again",
  });
  return {
    start() {
      turn.start();
      hints.start();
    },
    async stop() {
      await Promise.all([turn.stop(), hints.stop()]);
    },
    hint(trackingNumber) {
      if (trackingNumber !== null && hinted.size < MAX_HINTS) hinted.add(trackingNumber);
    },
  };
}

/** One look at some shipments. @returns of how many something was new */
export async function follow(
  deps: CarrierTrackingDeps,
  shipments: readonly ShipmentUnderWay[],
  signal: AbortSignal,
): Promise<number> {
  const { carrier, ledger, process, clock } = deps;
  const told = await readTracking(deps, shipments, signal);
  let moved = 0;
  for (const underWay of shipments) {
    signal.throwIfAborted();
    const parcels = trackingNumbersOf(underWay.shipment).flatMap(
      (number) => told.get(number) ?? [],
    );
    const now = clock.now();
    const change = (known: ShipmentUnderWay["shipment"]) => withTracking(known, parcels, now);
    // Mostly nothing is new, and nobody has to be locked out for that.
    if (change(underWay.shipment) === underWay.shipment) continue;
    const context = { process, source: carrier.name, correlationId: randomUUID() };
    const isNew = await ledger.transaction((trx) =>
      recordCarrierNews(trx, underWay, change, context),
    );
    if (isNew) moved += 1;
  }
  return moved;
}

async function readTracking(
  { carrier }: Pick<CarrierTrackingDeps, "carrier">,
  shipments: readonly ShipmentUnderWay[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ParcelTracking>> {
  const numbers = [...new Set(shipments.flatMap(({ shipment }) => trackingNumbersOf(shipment)))];
  const told = new Map<string, ParcelTracking>();
  for (let at = 0; at < numbers.length; at += MAX_NUMBERS) {
    const asked = numbers.slice(at, at + MAX_NUMBERS);
    for (const tracking of await carrier.tracking.readTracking(asked, signal)) {
      if (tracking !== null) told.set(tracking.trackingNumber, tracking);
    }
  }
  return told;
}
