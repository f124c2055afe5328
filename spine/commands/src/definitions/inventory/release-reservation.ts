import { stockSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { reservationId, sku } from "../fields.ts";

/** Gives back what a reservation holds, before its time is up. */
export const releaseReservation = defineOwnCommand({
  type: "inventory.releaseReservation",
  version: 1,
  data: z.object({ reservationId, sku }),
  subjectOf: (data) => stockSubject(data.sku),
});
