import type { EventReader } from "./event-reader.ts";
import type { LiveTail } from "./live-tail.ts";
import { isAfter } from "./position.ts";
import type { Position } from "./position.ts";
import type { RecordedEvent } from "./recorded-event.ts";

/** Is told of an event; must neither throw nor wait. */
export type Witness = (event: RecordedEvent) => void;

/** Those who are told of each new event before anybody in this process can have it. */
export interface Witnesses {
  /** Every page of the log comes through here, whoever reads it. */
  readonly reader: EventReader;
  /** @returns when from now on nothing is missed; call the result to leave */
  join(witness: Witness, tail: LiveTail): Promise<() => void>;
}

export function createWitnesses(reader: EventReader): Witnesses {
  const witnesses = new Set<Witness>();
  /** Up to here they were told of everything; `null` while there are none. */
  let toldThrough: Position | null = null;

  return {
    reader: {
      async readPage(range, selection) {
        const page = await reader.readPage(range, selection);
        if (toldThrough === null) return page;
        for (const event of page.events) {
          // A follower that catches up may be ahead of the tail, which then tells it again: no harm.
          if (!isAfter(event.position, toldThrough)) continue;
          for (const witness of witnesses) witness(event);
        }
        const isWhole = Object.values(selection).every((chosen) => chosen === undefined);
        if (isWhole && !isAfter(range.after, toldThrough) && isAfter(page.through, toldThrough)) {
          toldThrough = page.through;
        }
        return page;
      },
    },
    async join(witness, tail) {
      const letGo = await tail.open();
      witnesses.add(witness);
      toldThrough ??= tail.position;
      return () => {
        if (!witnesses.delete(witness)) return;
        if (witnesses.size === 0) toldThrough = null;
        letGo();
      };
    },
  };
}
