import { parcelName, readParcelName } from "@crossdock/domain";
import {
  idsOfReturnNumbers,
  type OrderProcess,
  type ReturnBook,
  type ReturnEffect,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import { MAX_BATCH_KEYS, type AnnouncedReturn, type WmsSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";

/**
 * Parcels that come back, as the warehouse takes them in and inspects them. It does not list what has changed: a sweep asks
 * for those that we wait for, and costs no call while we wait for none.
 */
export function wmsReturnFeed(deps: {
  readonly wms: WmsSystem;
  readonly returnBook: Pick<ReturnBook, "listAwaited">;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<AnnouncedReturn> {
  const { wms, returnBook, process, clock } = deps;
  const read = async (names: readonly string[], signal: AbortSignal) => {
    if (names.length === 0) return [];
    const found = await wms.returns.readReturns(names, signal);
    return found.filter((one) => one !== null);
  };
  return {
    name: `${wms.name}-return`,
    source: wms.name,
    async listChanged({ since, after }, signal) {
      // What was announced before we listened, we did not announce.
      if (since === null) return { items: [], next: null };
      const names = (await returnBook.listAwaited(MAX_AWAITED))
        .map(({ returnNumber, parcel }) => parcelName(returnNumber, parcel))
        .filter((name) => after === null || name > after)
        .sort();
      const page = names.slice(0, MAX_BATCH_KEYS);
      const items = await read(page, signal);
      return { items, next: names.length > page.length ? (page.at(-1) ?? null) : null };
    },
    readAgain: (names, signal) =>
      read(
        names.filter((name) => readParcelName(name) !== null),
        signal,
      ),
    modifiedAtOf: ({ changedAt }) => changedAt ?? clock.now(),

    async record(trx, items, { correlationId }) {
      const named = items.flatMap((item) => {
        const name = readParcelName(item.parcel);
        return name === null ? [] : [{ item, ...name }];
      });
      const ids = await idsOfReturnNumbers(
        trx,
        named.map(({ returnNumber }) => returnNumber),
      );
      const returns = named.flatMap(({ item, returnNumber, parcel }): ReturnEffect[] => {
        const returnId = ids.get(returnNumber);
        if (returnId === undefined) return [];
        const at = item.changedAt ?? clock.now();
        const { report } = item;
        return [
          { returnId, event: { kind: "parcelReported", parcel, report, at, source: wms.name } },
        ];
      });
      const trace = { correlationId, causationId: null };
      await process.applyAll(trx, [{ effects: [], also: [], returns, trace }]);
    },
  };
}

/** Of one sweep; what is awaited beyond it, is asked for when something of these has come. */
const MAX_AWAITED = 2_000;
