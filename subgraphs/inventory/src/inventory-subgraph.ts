import { readFileSync } from "node:fs";
import { buildSubgraph, type Subgraph } from "@crossdock/subgraph-kit";
import type { Resolvers } from "../generated/resolvers.ts";
import { access } from "./access.ts";
import { createContext, type Context } from "./context.ts";
import type { InventoryDeps } from "./deps.ts";
import { AdjustInventoryPayload } from "./resolvers/AdjustInventoryPayload.ts";
import { Command } from "./resolvers/Command.ts";
import { InventoryEvent } from "./resolvers/InventoryEvent.ts";
import { InventoryPosition } from "./resolvers/InventoryPosition.ts";
import { Mutation } from "./resolvers/Mutation.ts";
import { Product } from "./resolvers/Product.ts";
import { AnnounceReceiptPayload, CancelReceiptPayload } from "./resolvers/ReceiptPayload.ts";
import { Receipt, ReceiptLine } from "./resolvers/Receipt.ts";
import { Query } from "./resolvers/Query.ts";
import { Reservation } from "./resolvers/Reservation.ts";
import { Subscription } from "./resolvers/Subscription.ts";
import { Warehouse } from "./resolvers/Warehouse.ts";

const NAME = "inventory";
const SDL_FILE = new URL("../generated/schema.graphql", import.meta.url);

/** Catalogue and stock: the ERP's items, the warehouse system's quantities, our reservations. */
export function createInventorySubgraph(deps: InventoryDeps): Subgraph<Context> {
  const sdl = readFileSync(SDL_FILE, "utf8");
  const resolvers: Resolvers = {
    Query,
    Mutation,
    Subscription,
    Product,
    Warehouse,
    InventoryPosition,
    InventoryEvent,
    Reservation,
    AdjustInventoryPayload,
    Receipt,
    ReceiptLine,
    AnnounceReceiptPayload,
    CancelReceiptPayload,
    Command,
  };
  return {
    name: NAME,
    sdl,
    access,
    schema: buildSubgraph({ name: NAME, sdl, resolvers, access, logger: deps.logger }),
    createContext: (request) => createContext(deps, request),
  };
}
