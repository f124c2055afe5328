/**
 * What a call to a source is for. Each lane is guaranteed a share of what the source may be asked:
 *
 * - `posting`: finance documents are written; a shipment that is not invoiced is money that waits.
 * - `command`: what clients asked to be done, and the facts that accepting it needs.
 * - `feed`: changes are read from the source into the books.
 * - `inquiry`: somebody looks at something. What asks in no named lane is in this one.
 * - `masterData`: items, customers and price lists are copied, by schedule; nobody waits for it.
 */
export type SourceLane = (typeof SOURCE_LANES)[number];

/** In the order in which what a lane leaves unused is lent to the others. */
export const SOURCE_LANES = ["posting", "command", "feed", "inquiry", "masterData"] as const;

/** Of calls of which no lane is told. */
export const DEFAULT_LANE: SourceLane = "inquiry";

/**
 * What every lane may have to wait for, such as a tenant's reference data, is read once for all of them, in the
 * first of them: else a posting would wait behind the inquiry that happened to begin the read.
 */
export const SHARED_LANE: SourceLane = "posting";

/** @param build is called once for each lane that is asked for */
export function oncePerLane<T>(build: (lane: SourceLane) => T): (lane: SourceLane) => T {
  const built = new Map<SourceLane, T>();
  return (lane) => {
    const known = built.get(lane);
    if (known !== undefined) return known;
    const made = build(lane);
    built.set(lane, made);
    return made;
  };
}
