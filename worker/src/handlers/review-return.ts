import {
  defineHandler,
  reject,
  reviewReturn,
  succeed,
  type CommandHandler,
} from "@crossdock/commands";
import { countGoods, parcelName, type UnexpectedGoods } from "@crossdock/domain";
import type { CommandEffects, ReturnBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import { parcelOfCommand, unknownParcel, type ParcelData } from "./parcel-of-command.ts";

/**
 * Compares what the warehouse says of a parcel now with what was announced. It only reads: whoever retries it after the
 * warehouse has corrected its count is through.
 */
export function handleReviewReturn(deps: {
  readonly wms: WmsSystem;
  readonly returnBook: ReturnBook;
  readonly clock: Clock;
}): CommandHandler {
  const { wms, returnBook, clock } = deps;
  return defineHandler<ParcelData>(reviewReturn, {
    settleMs: 0,
    lookUp: () => Promise.resolve(null),
    execute: async ({ data }, signal) => {
      const found = await parcelOfCommand(data, returnBook);
      if (found === null) return reject(unknownParcel(data));
      const { returnId, parcel } = data;
      const name = parcelName(found.of.number, parcel);
      const told = await wms.returns.findReturn(name, signal);
      const { unexpected } = countGoods(found.parcel.lines, told?.report.goods ?? []);
      if (unexpected.length > 0) {
        const message = `${name} has more in it than was announced: ${unexpected.map(inWords).join("; ")}.`;
        return reject({ code: "RETURN_MISMATCH", message });
      }
      const event = { kind: "reviewed", parcel, at: clock.now(), source: wms.name } as const;
      const effects: CommandEffects = { orders: [], events: [], returns: [{ returnId, event }] };
      return succeed({ typename: "Return", id: returnId, effects });
    },
  });
}

const WORDS: Readonly<Record<UnexpectedGoods["why"], string>> = {
  TOO_MANY: "too many",
  WRONG_ITEM: "another item",
  WRONG_LOT: "another lot",
};

function inWords({ sku, quantity, lot, why }: UnexpectedGoods): string {
  const ofLot = lot === null ? "" : ` of lot ${lot}`;
  return `${quantity.value} ${quantity.uom} of ${sku}${ofLot} (${WORDS[why]})`;
}
