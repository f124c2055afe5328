import type { Migration } from "kysely";
import { events } from "./0001-events.ts";
import { commands } from "./0002-commands.ts";
import { books } from "./0003-books.ts";
import { audit } from "./0004-audit.ts";
import { exceptions } from "./0005-exceptions.ts";
import { reservations } from "./0006-reservations.ts";
import { acceptPath } from "./0007-accept-path.ts";
import { receivables } from "./0008-receivables.ts";
import { returns } from "./0009-returns.ts";
import { commandQueue } from "./0011-command-queue.ts";
import { dueCommands } from "./0012-due-commands.ts";
import { eventQuarantine } from "./0013-event-quarantine.ts";
import { ingest } from "./0014-ingest.ts";
import { stockBook } from "./0015-stock-book.ts";
import { masterData } from "./0016-master-data.ts";
import { listOrder } from "./0017-list-order.ts";
import { stockLooks } from "./0018-stock-looks.ts";
import { keptPlan } from "./0019-kept-plan.ts";
import { partners } from "./0020-partners.ts";
import { manifests } from "./0021-manifests.ts";
import { usage } from "./0022-usage.ts";
import { dataAccesses } from "./0023-data-accesses.ts";
import { backorders } from "./0024-backorders.ts";
import { returnsProcess } from "./0026-returns-process.ts";
import { receipts } from "./0027-receipts.ts";
import { shippedGoods } from "./0029-shipped-goods.ts";
import { interventions } from "./0030-interventions.ts";
import { operatorsView } from "./0031-operators-view.ts";
import { traces } from "./0033-traces.ts";
import { reconciliation } from "./0032-reconciliation.ts";
import { webhookMessages } from "./0034-webhook-messages.ts";
import { syntheticOrders } from "./0035-synthetic-orders.ts";
import { taxAndTracking } from "./0036-tax-and-tracking.ts";
import { awaitedCommands } from "./0037-awaited-commands.ts";
import { hotStatements } from "./0038-hot-statements.ts";
import { portalReads } from "./0039-portal-reads.ts";

/**
 * Every migration, by name; applied in the order of the names, each once. A new one goes at the end; one
 * that was released is never edited.
 */
export const allMigrations: Readonly<Record<string, Migration>> = {
  "0001-events": events,
  "0002-commands": commands,
  "0003-books": books,
  "0004-audit": audit,
  "0005-exceptions": exceptions,
  "0006-reservations": reservations,
  "0007-accept-path": acceptPath,
  "0008-receivables": receivables,
  "0009-returns": returns,
  "0011-command-queue": commandQueue,
  "0012-due-commands": dueCommands,
  "0013-event-quarantine": eventQuarantine,
  "0014-ingest": ingest,
  "0015-stock-book": stockBook,
  "0016-master-data": masterData,
  "0017-list-order": listOrder,
  "0018-stock-looks": stockLooks,
  "0019-kept-plan": keptPlan,
  "0020-partners": partners,
  "0021-manifests": manifests,
  "0022-usage": usage,
  "0023-data-accesses": dataAccesses,
  "0024-backorders": backorders,
  "0026-returns-process": returnsProcess,
  "0027-receipts": receipts,
  "0029-shipped-goods": shippedGoods,
  "0030-interventions": interventions,
  "0031-operators-view": operatorsView,
  "0032-reconciliation": reconciliation,
  "0033-traces": traces,
  "0034-webhook-messages": webhookMessages,
  "0035-synthetic-orders": syntheticOrders,
  "0036-tax-and-tracking": taxAndTracking,
  "0037-awaited-commands": awaitedCommands,
  "0038-hot-statements": hotStatements,
  "0039-portal-reads": portalReads,
};
