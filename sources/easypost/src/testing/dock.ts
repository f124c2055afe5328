import type { Address } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import {
  createIdleSource,
  demoConnections,
  startSandbox,
  type CarrierOptions,
} from "@crossdock/sandbox";
import type { ParcelDraft } from "@crossdock/source-contract";
import { budgetOf } from "@crossdock/source-http";
import { createEasypostSystem } from "../easypost-system.ts";

/** The only channel of the sandbox's warehouse. */
const CHANNEL = "90210";
const GENEROUS = budgetOf({
  calls: 100_000,
  burst: 50_000,
  writes: "posting",
  windowMs: 1_000,
  concurrent: 8,
  queued: 1_000,
  maxWaitMs: 1_000,
});

/** The sandbox's carriers, its warehouse that gives them parcels, and an adapter that talks to the carriers. */
export async function openDock(options: Partial<CarrierOptions> = {}) {
  const sandbox = await startSandbox({
    port: 0,
    dataDir: null,
    speed: 0,
    wms: { requestsPerMinute: 100_000, serviceTimeMs: { least: 0, most: 0 } },
    carrier: { requestsPerMinute: 100_000, serviceMs: { least: 0, most: 0 }, ...options },
    sources: {
      erp: () => createIdleSource("erp"),
      finance: () => createIdleSource("finance"),
      tax: () => createIdleSource("tax"),
    },
  });
  const { wms, carrier } = demoConnections(sandbox.url);
  const system = createEasypostSystem({
    name: "carrier",
    ...carrier,
    logger: createLogger({ name: "test", level: "silent" }),
    budget: GENEROUS,
  });
  const send = async (
    url: string,
    body: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, unknown>;
  };
  let serial = 0;
  return {
    system,
    connection: carrier,
    /**
     * The warehouse sends a piece in each of so many parcels to Cleveland, and they arrive.
     * @returns the carriers' numbers of the parcels
     */
    async deliver(parcels = 1): Promise<readonly string[]> {
      serial += 1;
      const reference = `DOCK-${String(serial)}:1`;
      await send(
        `${wms.apiUrl}/2026-01/order`,
        {
          reference_id: reference,
          shipping_method: "Standard",
          type: "B2B",
          location_id: 11,
          recipient: {
            name: "Lakeside Mechanical Inc.",
            address: {
              address1: "1 Mill Street",
              city: "Cleveland",
              state: "OH",
              zip_code: "44114",
              country: "US",
            },
          },
          products: [
            { reference_id: "NG-10001", sku: "NG-10001", name: "Bolt", quantity: parcels },
          ],
        },
        { authorization: `Bearer ${wms.token}`, shipbob_channel_id: CHANNEL },
      );
      await send(`${sandbox.url}/_control/advance`, {
        source: "wms",
        reference,
        to: "delivered",
        parcels,
      });
      const query = `source=wms&type=order&reference=${encodeURIComponent(reference)}`;
      const answer = await fetch(`${sandbox.url}/_control/documents?${query}`);
      const { documents } = (await answer.json()) as {
        documents: { shipments: { parent_cartons: { cartons: Carton[] }[] }[] }[];
      };
      return (documents[0]?.shipments ?? []).flatMap(({ parent_cartons }) =>
        parent_cartons.flatMap(({ cartons }) =>
          cartons.map(({ tracking_number }) => tracking_number),
        ),
      );
    },
    bill: (reference: string) =>
      send(`${sandbox.url}/_control/advance`, { source: "carrier", reference, to: "billed" }),
    fault: (fault: object) =>
      send(`${sandbox.url}/_control/faults`, { source: "carrier", ...fault }),
    clearFaults: () => fetch(`${sandbox.url}/_control/faults`, { method: "DELETE" }),
    async calls(): Promise<Readonly<Record<string, number>>> {
      const answer = await fetch(`${sandbox.url}/_control/calls`);
      const counts = (await answer.json()) as {
        carrier: { byOperation: Record<string, number> };
      };
      return counts.carrier.byOperation;
    },
    async close() {
      await system.close();
      await sandbox.stop();
    },
  };
}

type Carton = { readonly tracking_number: string };

const NEWARK: Address = {
  name: "Newark Distribution Center",
  lines: ["400 Port Street"],
  city: "Newark",
  region: "NJ",
  postalCode: "07114",
  country: "US",
};
const CLEVELAND: Address = {
  name: "Lakeside",
  lines: ["1 Mill Street", "Dock 4"],
  city: "Cleveland",
  region: "OH",
  postalCode: "44114",
  country: "US",
};

/** Parcels from Newark to Cleveland. */
export function parcelsOf(
  weightsGrams: readonly number[],
  shipTo: Partial<Address> = {},
): ParcelDraft {
  return {
    shipFrom: NEWARK,
    shipTo: { ...CLEVELAND, ...shipTo },
    parcels: weightsGrams.map((weightGrams) => ({ weightGrams })),
  };
}
