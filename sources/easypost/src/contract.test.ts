import { carrierContract } from "@crossdock/source-contract/testing";
import { openDock, parcelsOf } from "./testing/dock.ts";

let dock: Awaited<ReturnType<typeof openDock>>;
beforeAll(async () => {
  dock = await openDock();
});
afterAll(() => dock.close());

carrierContract("EasyPost", () =>
  Promise.resolve({
    carrier: dock.system,
    one: parcelsOf([10_000]),
    two: parcelsOf([10_000, 10_000]),
    nowhere: parcelsOf([10_000], { postalCode: null }),
    delivered: async () => {
      const [trackingNumber] = await dock.deliver();
      if (trackingNumber === undefined) throw new Error("Nothing was sent.");
      return trackingNumber;
    },
    bill: async (trackingNumber) => {
      await dock.bill(trackingNumber);
    },
    refuseForLoad: async () => {
      await dock.fault({ kind: "rateLimit" });
    },
    takeAway: async () => {
      await dock.fault({ kind: "down" });
    },
    mend: async () => {
      await dock.clearFaults();
    },
  }),
);
