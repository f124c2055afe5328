import type { FastifyInstance } from "fastify";
import type { Row } from "../data/row.ts";
import type { ErpDatabase } from "../data/database.ts";
import { notFound } from "../odata/error.ts";
import type { EntitySet } from "../odata/entity-set.ts";
import { listPage } from "../odata/list.ts";
import { parseQueryOptions } from "../odata/query-options.ts";
import { renderRow } from "../odata/render.ts";
import { requireEtag } from "../odata/require-etag.ts";
import { toServiceRequest } from "../routes.ts";
import { ERP_PATHS } from "../setup.ts";
import { SUBSCRIPTION_FACTS, type Subscriptions } from "./subscriptions.ts";

const ALL = { select: null, expand: new Map() };

/** Subscriptions are apart from the other sets: making and renewing one calls the receiver. */
export function registerSubscriptions(
  app: FastifyInstance,
  database: ErpDatabase,
  subscriptions: Subscriptions,
): void {
  const root = ERP_PATHS.api;
  const table = database.subscriptions;
  const set: EntitySet = {
    facts: SUBSCRIPTION_FACTS,
    keyProperty: "subscriptionId",
    sortProperty: "subscriptionId",
    rows: () => table.rows(),
    get: (key) => table.get(key),
    navigations: {},
  };
  const rowOf = (params: unknown): Row => {
    const key = (params as { key: string }).key.replace(/\)$/, "").replaceAll("'", "");
    const row = table.get(key);
    if (row === undefined) throw notFound(`The subscription with key '${key}'`);
    return row;
  };

  app.get(`${root}/subscriptions`, { config: { operation: "GET subscriptions" } }, (request) => {
    const { query } = toServiceRequest(request, root);
    return { value: listPage(set, set.rows(), parseQueryOptions(query, "")).value };
  });
  app.get(`${root}/subscriptions(:key`, { config: { operation: "GET subscriptions" } }, (request) =>
    renderRow(set, rowOf(request.params), ALL),
  );
  app.post(
    `${root}/subscriptions`,
    { config: { operation: "POST subscriptions" } },
    async (request, reply) =>
      reply.code(201).send(renderRow(set, await subscriptions.create(request.body), ALL)),
  );
  app.patch(
    `${root}/subscriptions(:key`,
    { config: { operation: "PATCH subscriptions" } },
    async (request) => {
      const row = rowOf(request.params);
      requireEtag(request.headers["if-match"], row);
      return renderRow(set, await subscriptions.renew(row, request.body), ALL);
    },
  );
  app.delete(
    `${root}/subscriptions(:key`,
    { config: { operation: "DELETE subscriptions" } },
    (request, reply) => {
      const row = rowOf(request.params);
      requireEtag(request.headers["if-match"], row);
      table.delete(String(row.fields.subscriptionId));
      return reply.code(204).send();
    },
  );
}
