import { reject, withdrawReturn, type CommandHandler } from "@crossdock/commands";
import { parcelName } from "@crossdock/domain";
import type { ReturnBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WithdrawnReturn, WmsSystem } from "@crossdock/source-contract";
import { parcelOfCommand, unknownParcel, type ParcelData } from "./parcel-of-command.ts";
import { defineSending } from "./sending.ts";

/** Tells the warehouse that a parcel does not come; refused once it is there. */
export function handleWithdrawReturn(deps: {
  readonly wms: WmsSystem;
  readonly returnBook: ReturnBook;
  readonly clock: Clock;
}): CommandHandler {
  const { wms, returnBook, clock } = deps;
  return defineSending<ParcelData, WithdrawnReturn, WithdrawnReturn>(withdrawReturn, {
    writer: wms.returns,
    draftOf: async ({ data }) => {
      const found = await parcelOfCommand(data, returnBook);
      return found === null
        ? reject(unknownParcel(data))
        : { parcel: parcelName(found.of.number, found.parcel.number) };
    },
    find: ({ parcel }, signal) => wms.returns.findWithdrawnReturn(parcel, signal),
    create: ({ parcel }, _command, signal) => wms.returns.withdrawReturn(parcel, signal),
    done: (_withdrawn, { data: { returnId, parcel } }) => ({
      typename: "Return",
      id: returnId,
      returns: [
        { returnId, event: { kind: "withdrawn", parcel, at: clock.now(), source: wms.name } },
      ],
    }),
  });
}
