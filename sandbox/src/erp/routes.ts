import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { nameBatch, serveBatch } from "./batch.ts";
import { apiMetadata, pagesMetadata } from "./metadata.ts";
import type { PooledSessions } from "./profiles/pooled-sessions.ts";
import { serve, type Service, type ServiceAnswer, type ServiceRequest } from "./service.ts";
import { ERP_PATHS } from "./setup.ts";

const DOCUMENT_LINES: Readonly<Record<string, string>> = {
  salesOrders: "salesOrderLines",
  salesShipments: "salesShipmentLines",
  salesInvoices: "salesInvoiceLines",
  salesCreditMemos: "salesCreditMemoLines",
};

/**
 * One route for each set and verb, so that each is counted under its own name; the service behind
 * all of them reads the URL itself. A route parameter runs to the next slash: it takes the closing
 * bracket of `companies(…)` with it, and nobody looks at it.
 */
export function registerApi(app: FastifyInstance, api: Service, sessions: PooledSessions): void {
  const root = ERP_PATHS.api;
  const handler = handlerOf(api, root, sessions);
  const company = `${root}/companies(:company`;
  app.get(`${root}/companies`, { config: { operation: "GET companies" } }, handler);
  app.get(company, { config: { operation: "GET companies" } }, handler);
  registerMetadata(app, root, apiMetadata);
  for (const [name, { facts }] of Object.entries(api.sets)) {
    const writer = api.writers[name] ?? {};
    const one = `${company}/${name}(:key`;
    const get = { config: { operation: `GET ${name}` } };
    app.get(`${company}/${name}`, get, handler);
    app.get(`${company}/${name}/$count`, get, handler);
    app.get(one, get, handler);
    app.get(`${one}/:navigation`, get, handler);
    if (writer.create !== undefined) {
      app.post(`${company}/${name}`, { config: { operation: `POST ${name}` } }, handler);
    }
    if (writer.update !== undefined) {
      app.patch(one, { config: { operation: `PATCH ${name}` } }, handler);
    }
    if (writer.delete !== undefined) {
      app.delete(one, { config: { operation: `DELETE ${name}` } }, handler);
    }
    const lines = DOCUMENT_LINES[facts.setName];
    if (lines !== undefined) {
      app.post(`${one}/${lines}`, { config: { operation: `POST ${lines}` } }, handler);
    }
    for (const action of Object.keys(writer.actions ?? {})) {
      const operation = `POST ${name} ${action}`;
      app.post(`${one}/Microsoft.NAV.${action}`, { config: { operation } }, handler);
    }
  }
  registerBatch(app, api, root, sessions);
}

export function registerPages(
  app: FastifyInstance,
  pages: Service,
  sessions: PooledSessions,
): void {
  const root = ERP_PATHS.odata;
  const handler = handlerOf(pages, root, sessions);
  registerMetadata(app, root, () => pagesMetadata(pages.sets));
  for (const name of Object.keys(pages.sets)) {
    const options = { config: { operation: `GET ${name}` } };
    app.get(`${root}/Company(:company/${name}`, options, handler);
    app.get(`${root}/Company(:company/${name}(:key`, options, handler);
    app.get(`${root}/Company(:company/${name}/$count`, options, handler);
    if (pages.writers[name]?.create !== undefined) {
      const post = { config: { operation: `POST ${name}` } };
      app.post(`${root}/Company(:company/${name}`, post, handler);
    }
  }
  registerBatch(app, pages, root, sessions);
}

export function toServiceRequest(request: FastifyRequest, root: string): ServiceRequest {
  const [path = "", ...query] = request.url.split("?");
  return {
    method: request.method,
    path: path.slice(path.indexOf(root) + root.length),
    query: new URLSearchParams(query.join("?")),
    headers: request.headers as ServiceRequest["headers"],
    body: request.body,
  };
}

export function sendAnswer(reply: FastifyReply, answer: ServiceAnswer): FastifyReply {
  return reply.code(answer.status).headers(answer.headers).send(answer.body);
}

function handlerOf(service: Service, root: string, sessions: PooledSessions) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const call = { ...callOf(request), urls: [request.url], isWrite: request.method !== "GET" };
    const work = () => serve(service, toServiceRequest(request, root));
    // The list of companies belongs to no session.
    const isOfCompany = call.operation !== "GET companies";
    return sendAnswer(reply, isOfCompany ? sessions.serve(call, work) : work());
  };
}

function callOf(request: FastifyRequest) {
  const { operation = request.method } = request.routeOptions.config;
  return { operation, isPlanned: request.isPlanned === true };
}

function registerMetadata(app: FastifyInstance, root: string, read: () => string): void {
  const options = { config: { operation: "GET $metadata" } };
  app.get(`${root}/$metadata`, options, (_request, reply) =>
    reply.header("content-type", "application/xml").send(read()),
  );
}

function registerBatch(
  app: FastifyInstance,
  service: Service,
  root: string,
  sessions: PooledSessions,
): void {
  const options = {
    config: { operation: "POST $batch", detailOf: ({ body }: FastifyRequest) => nameBatch(body) },
  };
  app.post(`${root}/$batch`, options, (request, reply) => {
    const { headers, body } = toServiceRequest(request, root);
    const run = (part: ServiceRequest) => serve(service, part);
    const parts = ((body as { requests?: unknown } | null)?.requests ?? []) as readonly {
      readonly method?: string;
      readonly url?: string;
    }[];
    const call = {
      ...callOf(request),
      urls: parts.map(({ url = "" }) => url),
      isWrite: parts.some(({ method }) => method !== "GET"),
    };
    const work = () => serveBatch(service.database, headers, body, root, run);
    return sendAnswer(reply, sessions.serve(call, work));
  });
}
