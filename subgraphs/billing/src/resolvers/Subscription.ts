import { parseCustomerNumber, parseOrderId, type OrderId } from "@crossdock/domain";
import { invoiceChanged } from "@crossdock/events";
import { accountsOf, followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import { invoicesNow } from "../invoices-now.ts";

export const Subscription: SubscriptionResolvers = {
  invoiceChanged: {
    subscribe: (_root, { customerId, orderIds, after, fromSnapshot }, context) => {
      const viewer = requireViewer(context);
      const orders = parseIds("orderIds", orderIds, parseOrderId);
      const customerNumber = customerId == null ? null : parseCustomerNumber(customerId);
      const billsOne = (billed: readonly OrderId[]) =>
        orders === null || billed.some((order) => orders.includes(order));
      return followEvents(context.deps.eventLog, {
        topics: { types: [invoiceChanged.type] },
        customerNumber,
        after,
        fromSnapshot,
        snapshot: invoicesNow({ accounts: accountsOf(viewer, customerNumber), orders }, context),
        viewer,
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          const { invoiceId, change, orderIds: billed } = invoiceChanged.parse(event.data);
          if (!billsOne(billed)) return null;
          // What has become another account's since is not told.
          const record = await context.loaders.invoiceRecord.load(invoiceId);
          if (record !== null && visibleTo(viewer, record.invoice) === null) return null;
          return { invoiceChanged: { cursor, type: change, occurredAt: event.time, invoiceId } };
        },
      });
    },
  },
};
