import { announceReturn, reject, type CommandHandler } from "@crossdock/commands";
import { parcelName } from "@crossdock/domain";
import type { ReturnBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { AnnouncedReturn, ReturnDraft, WmsSystem } from "@crossdock/source-contract";
import { parcelOfCommand, unknownParcel, type ParcelData } from "./parcel-of-command.ts";
import { defineSending } from "./sending.ts";

/** Tells the warehouse that sent the goods what comes back to it. */
export function handleAnnounceReturn(deps: {
  readonly wms: WmsSystem;
  readonly returnBook: ReturnBook;
  readonly clock: Clock;
}): CommandHandler {
  const { wms, returnBook, clock } = deps;
  return defineSending<ParcelData, ReturnDraft, AnnouncedReturn>(announceReturn, {
    writer: wms.returns,
    draftOf: async ({ data }) => {
      const found = await parcelOfCommand(data, returnBook);
      if (found === null) return reject(unknownParcel(data));
      const { warehouse, shipmentId, lines, number } = found.parcel;
      return {
        parcel: parcelName(found.of.number, number),
        warehouse,
        shipmentId,
        lines: lines.map(({ sku, quantity, lot }) => ({ sku, quantity, lot })),
      };
    },
    find: ({ parcel }, signal) => wms.returns.findReturn(parcel, signal),
    create: (draft, _command, signal) => wms.returns.announceReturn(draft, signal),
    done: (_announced, { data: { returnId, parcel } }) => ({
      typename: "Return",
      id: returnId,
      returns: [
        { returnId, event: { kind: "announced", parcel, at: clock.now(), source: wms.name } },
      ],
    }),
  });
}
