import { readFileSync } from "node:fs";
import type { InvoiceId } from "@crossdock/domain";
import { buildSubgraph, createChangedHere, type Subgraph } from "@crossdock/subgraph-kit";
import type { Resolvers } from "../generated/resolvers.ts";
import { access } from "./access.ts";
import { createContext, type Context } from "./context.ts";
import type { BillingDeps } from "./deps.ts";
import { Command } from "./resolvers/Command.ts";
import { Customer } from "./resolvers/Customer.ts";
import { DisputeInvoicePayload } from "./resolvers/DisputeInvoicePayload.ts";
import { Invoice } from "./resolvers/Invoice.ts";
import { InvoiceEvent } from "./resolvers/InvoiceEvent.ts";
import { InvoiceLine } from "./resolvers/InvoiceLine.ts";
import { IssueCreditMemoPayload } from "./resolvers/IssueCreditMemoPayload.ts";
import { Mutation } from "./resolvers/Mutation.ts";
import { Order } from "./resolvers/Order.ts";
import { Query } from "./resolvers/Query.ts";
import { RecordPaymentPayload } from "./resolvers/RecordPaymentPayload.ts";
import { Return } from "./resolvers/Return.ts";
import { Shipment } from "./resolvers/Shipment.ts";
import { Subscription } from "./resolvers/Subscription.ts";

const NAME = "billing";
const SDL_FILE = new URL("../generated/schema.graphql", import.meta.url);

/** What is billed and owed: finance's invoices and receivables, listed and remembered by our book. */
export function createBillingSubgraph(deps: BillingDeps): Subgraph<Context> {
  const sdl = readFileSync(SDL_FILE, "utf8");
  const resolvers: Resolvers = {
    Query,
    Mutation,
    Subscription,
    Invoice,
    InvoiceLine,
    InvoiceEvent,
    Customer,
    Order,
    Shipment,
    Return,
    RecordPaymentPayload,
    DisputeInvoicePayload,
    IssueCreditMemoPayload,
    Command,
  };
  const changedHere = createChangedHere<InvoiceId>(deps.clock);
  return {
    name: NAME,
    sdl,
    access,
    schema: buildSubgraph({ name: NAME, sdl, resolvers, access, logger: deps.logger }),
    createContext: (request) => createContext(deps, changedHere, request),
  };
}
