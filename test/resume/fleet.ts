import { createSeeded } from "../chaos/seeded.ts";
import type { Transport } from "./connections/connection.ts";
import { SKUS, WAREHOUSES, type Load } from "./load.ts";
import { STREAMS } from "./streams.ts";
import { startSubscriber, type Subscriber } from "./subscriber.ts";

/**
 * Starts subscribers, half of them over each transport, over all streams and all that one may ask of a
 * stream. Who asks for one order starts when that order is placed.
 * @param options.from the cursor after which all of them begin
 * @returns them all, when the last order is placed
 */
export async function startFleet(options: {
  readonly count: number;
  readonly transports: readonly Transport[];
  readonly load: Load;
  readonly orders: number;
  readonly from: string;
  readonly forgets: boolean;
  readonly seed: number;
}): Promise<readonly Subscriber[]> {
  const { count, transports, load, orders, from, forgets, seed } = options;
  const kinds = STREAMS.flatMap((stream) =>
    stream.interests.map((interestIn) => ({ stream, interestIn })),
  );
  return Promise.all(
    Array.from({ length: count }, async (_none, at) => {
      const round = Math.floor(at / transports.length);
      const transport = itemAt(transports, at);
      const { stream, interestIn } = itemAt(kinds, round);
      const turn = Math.floor(round / kinds.length);
      const interest = interestIn({
        order: await load.order(round % orders),
        sku: itemAt(SKUS, turn),
        warehouse: itemAt(WAREHOUSES, turn),
      });
      const seeded = createSeeded(seed + at);
      return startSubscriber({ transport, stream, interest, from, forgets, seeded });
    }),
  );
}

/** The item of that turn, beginning anew after the last one. */
function itemAt<Item>(items: readonly Item[], turn: number): Item {
  const item = items[turn % items.length];
  if (item === undefined) throw new RangeError("There is nothing to take turns with.");
  return item;
}
