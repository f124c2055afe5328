import { parseCustomerNumber } from "@crossdock/domain";
import { taxCalculatorContract } from "@crossdock/source-contract/testing";
import { openTaxOffice, taxDraftOf } from "./testing/tax-office.ts";

let office: Awaited<ReturnType<typeof openTaxOffice>>;
beforeAll(async () => {
  office = await openTaxOffice();
});
afterAll(() => office.close());
afterEach(() => office.clearFaults());

let serial = 0;
const nextNumber = () => `SO-T${String((serial += 1)).padStart(6, "0")}-1`;

taxCalculatorContract("AvaTax", () =>
  Promise.resolve({
    calculations: office.system.calculations,
    draft: () => taxDraftOf(nextNumber()),
    exemptDraft: () => taxDraftOf(nextNumber(), { customerNumber: parseCustomerNumber("C10010") }),
    refusedDraft: () => {
      const draft = taxDraftOf(nextNumber());
      return { ...draft, shipTo: { ...draft.shipTo, region: "ZZ" } };
    },
    count: office.count,
    loseNextAnswer: async () => {
      await office.fault({
        kind: "lostResponse",
        times: 1,
        operation: "POST transactions/createoradjust",
      });
    },
    refuseForLoad: async () => {
      await office.fault({ kind: "rateLimit" });
    },
    takeAway: async () => {
      await office.fault({ kind: "down" });
    },
    mend: async () => {
      await office.clearFaults();
    },
  }),
);
