import { parseWarehouseCode, type Warehouse, type WarehouseCode } from "@crossdock/domain";
import type { WarehouseReader } from "@crossdock/source-contract";
import { integerField, remember } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";

/** Which building of the ERP is which location of the warehouse system. */
export interface Sites extends WarehouseReader {
  /**
   * Both directions; a location that is none of our warehouses is in neither.
   * @param wanted is asked for anew when it is not known: a person may just have set it up
   */
  map(signal: AbortSignal, wanted?: WarehouseCode): Promise<SiteMap>;
}

export type SiteMap = {
  readonly codeOf: ReadonlyMap<number, WarehouseCode>;
  readonly locationOf: ReadonlyMap<WarehouseCode, number>;
};

const LIFETIME_MS = 3_600_000;

const locations = z.array(
  z.object({
    id: integerField,
    name: z.string(),
    abbreviation: z.string().nullish(),
    services: z
      .array(
        z.object({
          address: z
            .object({
              address1: z.string().nullish(),
              address2: z.string().nullish(),
              city: z.string().nullish(),
              state: z.string().nullish(),
              zip_code: z.string().nullish(),
              country: z.string().nullish(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
);
type Location = z.infer<typeof locations>[number];

/**
 * @param locationIds location id by warehouse code, where the warehouse system does not carry the
 * ERP's codes itself; `null` takes a location's abbreviation as the code
 */
export function createSites(
  client: ShipbobClient,
  locationIds: Readonly<Record<string, number>> | null,
): Sites {
  const codeOf = ({ id, abbreviation }: Location): WarehouseCode | null => {
    const named = Object.entries(locationIds ?? {}).find(([, locationId]) => locationId === id);
    const raw = locationIds === null ? abbreviation : named?.[0];
    return raw == null || raw === "" ? null : parseWarehouseCode(raw);
  };
  const shared = remember(async (signal) => {
    const found = await client.get("/location", {}, locations, signal);
    return found.flatMap((location) => {
      const code = codeOf(location);
      return code === null ? [] : [{ code, location }];
    });
  }, LIFETIME_MS);

  return {
    async map(signal, wanted) {
      const known = await shared.get(signal);
      const isKnown = wanted === undefined || known.some(({ code }) => code === wanted);
      const sites = isKnown ? known : await shared.get(signal, Date.now());
      return {
        codeOf: new Map(sites.map(({ code, location }) => [location.id, code])),
        locationOf: new Map(sites.map(({ code, location }) => [code, location.id])),
      };
    },
    async listWarehouses(signal) {
      const sites = await shared.get(signal);
      return sites
        .map(({ code, location }) => ({ code, name: location.name, address: addressOf(location) }))
        .sort((left, right) => (left.code < right.code ? -1 : 1));
    },
  };
}

function addressOf({ name, services }: Location): Warehouse["address"] {
  const address = services?.find((service) => service.address != null)?.address;
  if (address?.city == null || address.country == null) return null;
  return {
    name,
    lines: [address.address1, address.address2].filter((line): line is string => Boolean(line)),
    city: address.city,
    region: address.state ?? null,
    postalCode: address.zip_code ?? null,
    country: address.country,
  };
}
