import { readFileSync } from "node:fs";
import { buildSubgraph, type Subgraph } from "@crossdock/subgraph-kit";
import type { Resolvers } from "../generated/resolvers.ts";
import { access } from "./access.ts";
import { createContext, type Context } from "./context.ts";
import type { OrdersDeps } from "./deps.ts";
import { Command } from "./resolvers/Command.ts";
import { Customer } from "./resolvers/Customer.ts";
import { Mutation } from "./resolvers/Mutation.ts";
import { Order } from "./resolvers/Order.ts";
import { OrderConnection } from "./resolvers/OrderConnection.ts";
import { OrderLine } from "./resolvers/OrderLine.ts";
import { OrderPreview } from "./resolvers/OrderPreview.ts";
import { Product } from "./resolvers/Product.ts";
import { Query } from "./resolvers/Query.ts";
import { Return } from "./resolvers/Return.ts";
import { ReturnLine } from "./resolvers/ReturnLine.ts";
import { SubmitOrderPayload } from "./resolvers/SubmitOrderPayload.ts";
import { Subscription } from "./resolvers/Subscription.ts";
import { Viewer } from "./resolvers/Viewer.ts";

const NAME = "orders";
const SDL_FILE = new URL("../generated/schema.graphql", import.meta.url);

/** The ERP's sales side: customers, contract prices, sales orders; and the taking of orders. */
export function createOrdersSubgraph(deps: OrdersDeps): Subgraph<Context> {
  const sdl = readFileSync(SDL_FILE, "utf8");
  const resolvers: Resolvers = {
    Query,
    Mutation,
    Subscription,
    Viewer,
    Customer,
    Product,
    Order,
    OrderLine,
    OrderConnection,
    OrderPreview,
    Return,
    ReturnLine,
    SubmitOrderPayload,
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
