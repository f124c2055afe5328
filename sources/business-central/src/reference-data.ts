import { remember } from "@crossdock/source-http";
import {
  parseUomCode,
  parseWarehouseCode,
  type UomCode,
  type WarehouseCode,
} from "@crossdock/domain";
import { z } from "zod";
import type { BusinessCentralClient } from "./client.ts";
import { optionalText } from "./wire-values.ts";

/** How this tenant names units and warehouses. */
export type ReferenceData = {
  /** Our unit for one of the tenant's; its own code when that has no international one. */
  readonly uomOf: (unitCode: string) => UomCode;
  /** The tenant's unit for one of ours. */
  readonly unitCodeOf: (uom: UomCode) => string;
  readonly warehouseOf: (locationId: string) => WarehouseCode | null;
  /** `null` when the tenant has no such warehouse. */
  readonly locationIdOf: (warehouse: WarehouseCode) => string | null;
};

export interface ReferenceSource {
  get(signal: AbortSignal): Promise<ReferenceData>;
  /** Fetched anew, unless that was done in the last minute: a new warehouse was named. */
  refreshed(signal: AbortSignal): Promise<ReferenceData>;
}

const LIFETIME_MS = 6 * 3_600_000;
const LEAST_AGE_MS = 60_000;

const unitRow = z.object({ code: z.string(), internationalStandardCode: optionalText });
const locationRow = z.object({ id: z.string(), code: z.string() });

export function createReferenceSource(
  client: BusinessCentralClient,
  now: () => number,
): ReferenceSource {
  const remembered = remember((signal) => readReferenceData(client, signal), LIFETIME_MS, now);
  return {
    get: (signal) => remembered.get(signal),
    refreshed: (signal) => remembered.get(signal, now() - LEAST_AGE_MS),
  };
}

async function readReferenceData(
  client: BusinessCentralClient,
  signal: AbortSignal,
): Promise<ReferenceData> {
  const [unitRows = [], locationRows = []] = await client.readAll(
    "api",
    [
      { set: "unitsOfMeasure", query: { $select: "code,internationalStandardCode" } },
      { set: "locations", query: { $select: "id,code" } },
    ],
    signal,
  );
  const units = client.decode("unitsOfMeasure", unitRows, z.array(unitRow));
  const locations = client.decode("locations", locationRows, z.array(locationRow));
  const uoms = new Map(
    units.map(({ code, internationalStandardCode }) => [
      code,
      parseUomCode(internationalStandardCode ?? code),
    ]),
  );
  // Two units may have one international code: the first of them is the one we write.
  const unitCodes = new Map([...uoms].reverse().map(([code, uom]) => [uom, code]));
  const warehouses = new Map(locations.map(({ id, code }) => [id, parseWarehouseCode(code)]));
  const locationIds = new Map([...warehouses].map(([id, code]) => [code, id]));
  return {
    uomOf: (unitCode) => uoms.get(unitCode) ?? parseUomCode(unitCode),
    unitCodeOf: (uom) => unitCodes.get(uom) ?? uom,
    warehouseOf: (locationId) => warehouses.get(locationId) ?? null,
    locationIdOf: (warehouse) => locationIds.get(warehouse) ?? null,
  };
}
