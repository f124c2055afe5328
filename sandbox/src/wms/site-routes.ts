import type { FastifyInstance } from "fastify";
import type { World, WorldWarehouse } from "../world/world.ts";
import { CHANNEL_ID } from "./past-orders.ts";

const SCOPES = ["inventory_read", "orders_read", "orders_write", "products_read", "webhooks_write"];

/** The account's channels and buildings. */
export function registerSites(app: FastifyInstance, { warehouses }: World): void {
  app.get("/2026-01/channel", { config: { operation: "GET channel" } }, () => ({
    items: [
      // A store's own integration: this key may read it but not write to it.
      {
        id: CHANNEL_ID - 1,
        name: "Storefront",
        application_name: "Shopify",
        scopes: ["orders_read"],
      },
      { id: CHANNEL_ID, name: "Crossdock", application_name: "PAT", scopes: SCOPES },
    ],
    first: null,
    next: null,
    prev: null,
    last: null,
  }));
  app.get("/2026-01/location", { config: { operation: "GET location" } }, (_request, reply) =>
    reply.send(warehouses.map(locationView)),
  );
  app.get(
    "/2026-01/fulfillment-center",
    { config: { operation: "GET fulfillment-center" } },
    (_request, reply) => reply.send(warehouses.map(centerView)),
  );
}

function locationView(site: WorldWarehouse): Record<string, unknown> {
  return {
    id: site.wmsLocationId,
    name: site.name,
    abbreviation: site.code,
    timezone: "America/New_York",
    is_active: true,
    is_receiving_enabled: true,
    is_shipping_enabled: true,
    access_granted: true,
    services: [{ service_type: "Shipping", enabled: true, address: addressView(site) }],
  };
}

function centerView(site: WorldWarehouse): Record<string, unknown> {
  return {
    id: site.wmsLocationId,
    name: site.name,
    timezone: "America/New_York",
    ...addressView(site),
  };
}

function addressView({ name, address }: WorldWarehouse): Record<string, unknown> {
  return {
    name,
    address1: address.line1,
    address2: "",
    city: address.city,
    state: address.region,
    zip_code: address.postalCode,
    country: address.country,
  };
}
