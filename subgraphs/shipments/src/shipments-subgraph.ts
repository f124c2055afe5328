import { readFileSync } from "node:fs";
import type { ShipmentId } from "@crossdock/domain";
import { buildSubgraph, createChangedHere, type Subgraph } from "@crossdock/subgraph-kit";
import type { Resolvers } from "../generated/resolvers.ts";
import { access } from "./access.ts";
import { createContext, type Context } from "./context.ts";
import type { ShipmentsDeps } from "./deps.ts";
import { CancelShipmentPayload } from "./resolvers/CancelShipmentPayload.ts";
import { Command } from "./resolvers/Command.ts";
import { GoodsTrace } from "./resolvers/GoodsTrace.ts";
import { Mutation } from "./resolvers/Mutation.ts";
import { Order } from "./resolvers/Order.ts";
import { OrderLine } from "./resolvers/OrderLine.ts";
import { Package } from "./resolvers/Package.ts";
import { Query } from "./resolvers/Query.ts";
import { RecordShipmentMilestonePayload } from "./resolvers/RecordShipmentMilestonePayload.ts";
import { Shipment } from "./resolvers/Shipment.ts";
import { ShipmentLine } from "./resolvers/ShipmentLine.ts";
import { ShipmentShortfall } from "./resolvers/ShipmentShortfall.ts";
import { Subscription } from "./resolvers/Subscription.ts";

const NAME = "shipments";
const SDL_FILE = new URL("../generated/schema.graphql", import.meta.url);

/** What warehouses send out: the warehouse system's shipments, listed and remembered by our book. */
export function createShipmentsSubgraph(deps: ShipmentsDeps): Subgraph<Context> {
  const sdl = readFileSync(SDL_FILE, "utf8");
  const resolvers: Resolvers = {
    Query,
    Mutation,
    Subscription,
    Shipment,
    ShipmentLine,
    ShipmentShortfall,
    Package,
    GoodsTrace,
    Order,
    OrderLine,
    Command,
    RecordShipmentMilestonePayload,
    CancelShipmentPayload,
  };
  const changedHere = createChangedHere<ShipmentId>(deps.clock);
  return {
    name: NAME,
    sdl,
    access,
    schema: buildSubgraph({ name: NAME, sdl, resolvers, access, logger: deps.logger }),
    createContext: (request) => createContext(deps, changedHere, request),
  };
}
