import type { ClosedPeriodReader } from "@crossdock/source-contract";
import { z } from "zod";
import { dateField } from "./wire-values.ts";
import type { XeroClient } from "./xero-client.ts";

const organisations = z.object({
  Organisations: z.array(
    z.object({ PeriodLockDate: dateField.nullish(), EndOfYearLockDate: dateField.nullish() }),
  ),
});

/** The organisation has two dates: one that its people move each month, and that of its last year. The later one counts. */
export function createClosedPeriodReader(client: XeroClient): ClosedPeriodReader {
  return {
    async readClosedUntil(signal) {
      const request = { path: "/Organisation", query: {}, schema: organisations };
      const { Organisations: found } = await client.get(request, signal);
      const dates = found.flatMap(({ PeriodLockDate: period, EndOfYearLockDate: year }) =>
        [period, year].filter((date) => date != null),
      );
      return dates.sort().at(-1) ?? null;
    },
  };
}
