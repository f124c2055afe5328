import type { ErpDatabase } from "./data/database.ts";
import type { Row } from "./data/row.ts";
import {
  badRequest,
  methodNotAllowed,
  noSuchResource,
  notFound,
  ODataError,
} from "./odata/error.ts";
import { navigationOf, type EntitySet } from "./odata/entity-set.ts";
import { listPage, type Page } from "./odata/list.ts";
import { parseQueryOptions, type QueryOptions } from "./odata/query-options.ts";
import { renderRow } from "./odata/render.ts";
import { requireEtag } from "./odata/require-etag.ts";
import { parseResourcePath, type Segment } from "./odata/resource-path.ts";
import { ERP_SETUP } from "./setup.ts";
import type { Writers } from "./writers.ts";

export type ServiceRequest = {
  readonly method: string;
  /** Below the service root, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
};
export type ServiceAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** One OData service root: the standard API, or the published pages. */
export type Service = {
  readonly rootUrl: string;
  readonly database: ErpDatabase;
  readonly sets: Readonly<Record<string, EntitySet>>;
  readonly companies: EntitySet;
  readonly writers: Writers;
};

/**
 * Answers one operation, alone or as a part of a batch; a write is one transaction.
 * @throws {ODataError} everything but success
 */
export function serve(service: Service, request: ServiceRequest): ServiceAnswer {
  const { company, segments } = parseResourcePath(request.path);
  const [head, ...below] = segments;
  if (head === undefined) return serveCompanies(service, request, company);
  if (head.name === "companies") return serveCompanies(service, request, head.key);
  requireCompany(service, company ?? request.headers.company ?? null);
  const set = service.sets[head.name];
  if (set === undefined) throw noSuchResource(head.name);
  return service.database.transaction(() => serveSet(service, request, set, head, below));
}

function serveSet(
  service: Service,
  request: ServiceRequest,
  set: EntitySet,
  { key }: Segment,
  below: readonly Segment[],
): ServiceAnswer {
  const [next, ...rest] = below;
  if (key === null) {
    if (next?.name === "$count") return answer(200, countOf(set, request));
    if (next !== undefined) throw noSuchResource(next.name);
    return serveCollection(service, request, set, set.rows(), null);
  }
  const row = set.get(key);
  if (row === undefined) throw notFound(`The ${set.facts.entityName} with key '${key}'`);
  if (next === undefined) return serveRecord(service, request, set, row);
  if (next.name.startsWith("Microsoft.NAV.")) return serveAction(service, request, set, row, next);

  const navigation = navigationOf(set, next.name);
  const related = navigation.of(row);
  if (next.key === null && navigation.many) {
    return serveCollection(
      service,
      request,
      { ...navigation.set, requiredFilter: undefined },
      related,
      row,
    );
  }
  const one =
    next.key === null
      ? related[0]
      : related.find(({ fields }) => fields[navigation.set.keyProperty] === next.key);
  if (one === undefined || rest.length > 0) throw notFound(`The resource '${next.name}'`);
  return serveRecord(service, request, navigation.set, one);
}

function serveCollection(
  service: Service,
  request: ServiceRequest,
  set: EntitySet,
  rows: Iterable<Row>,
  parent: Row | null,
): ServiceAnswer {
  const { setName } = set.facts;
  if (request.method === "POST") {
    const create = service.writers[setName]?.create;
    if (create === undefined) throw methodNotAllowed("POST", setName);
    return rendered(service, set, create(request.body, parent), 201, optionsOf(request));
  }
  if (request.method !== "GET") throw methodNotAllowed(request.method, setName);
  const options = optionsOf(request);
  const page = listPage(set, rows, options);
  return answer(200, {
    "@odata.context": contextOf(service, setName),
    ...(page.count !== null && { "@odata.count": page.count }),
    value: page.value,
    ...(page.skipToken !== null && { "@odata.nextLink": nextLink(service, request, page) }),
  });
}

function serveRecord(
  service: Service,
  request: ServiceRequest,
  set: EntitySet,
  row: Row,
): ServiceAnswer {
  const { setName } = set.facts;
  const writer = service.writers[setName];
  switch (request.method) {
    case "GET":
      return rendered(service, set, row, 200, optionsOf(request));
    case "PATCH":
      if (writer?.update === undefined) throw methodNotAllowed("PATCH", setName);
      requireEtag(request.headers["if-match"], row);
      return rendered(service, set, writer.update(row, request.body), 200, optionsOf(request));
    case "DELETE":
      if (writer?.delete === undefined) throw methodNotAllowed("DELETE", setName);
      requireEtag(request.headers["if-match"], row);
      writer.delete(row);
      return { status: 204, headers: {} };
    default:
      throw methodNotAllowed(request.method, setName);
  }
}

function serveAction(
  service: Service,
  request: ServiceRequest,
  set: EntitySet,
  row: Row,
  { name }: Segment,
): ServiceAnswer {
  const action = service.writers[set.facts.setName]?.actions?.[name.replace("Microsoft.NAV.", "")];
  if (action === undefined) throw noSuchResource(name);
  if (request.method !== "POST") throw methodNotAllowed(request.method, name);
  action(row);
  return { status: 204, headers: {} };
}

function serveCompanies(
  service: Service,
  request: ServiceRequest,
  key: string | null,
): ServiceAnswer {
  const { companies } = service;
  if (key === null) return serveCollection(service, request, companies, companies.rows(), null);
  const company = companies.get(key);
  if (company === undefined) throw companyNotFound(key);
  return serveRecord(service, request, companies, company);
}

function requireCompany({ companies }: Service, company: string | null): void {
  if (company === null) throw badRequest("The company must be given in the URL or the header.");
  if (company !== ERP_SETUP.companyName && companies.get(company) === undefined) {
    throw companyNotFound(company);
  }
}

function companyNotFound(company: string): ODataError {
  return new ODataError(
    404,
    "Internal_CompanyNotFound",
    `The company '${company}' does not exist.`,
  );
}

function countOf(set: EntitySet, request: ServiceRequest): number {
  const options = { ...optionsOf(request), count: true, pageSize: 1 };
  return listPage(set, set.rows(), options).count ?? 0;
}

function rendered(
  service: Service,
  set: EntitySet,
  row: Row,
  status: number,
  options: QueryOptions,
): ServiceAnswer {
  const context = `${contextOf(service, set.facts.setName)}/$entity`;
  const body = renderRow(set, row, options, flowFilterOf(set, options));
  return answer(status, { "@odata.context": context, ...body });
}

/** `ItemCard('NG-1')?$filter=Location_Filter eq 'EAST'`: on one record only a flow filter. */
function flowFilterOf(set: EntitySet, { filter }: QueryOptions): ReadonlyMap<string, string> {
  if (filter?.kind !== "compare" || set.flowFilters?.includes(filter.property) !== true) {
    return new Map();
  }
  return new Map([[filter.property, String(filter.value).toUpperCase()]]);
}

function nextLink(service: Service, request: ServiceRequest, page: Page): string {
  const query = new URLSearchParams(request.query);
  query.delete("$skip");
  if (page.topLeft !== null) query.set("$top", String(page.topLeft));
  query.set("$skiptoken", page.skipToken ?? "");
  return `${service.rootUrl}/${request.path.replace(/^\//, "")}?${query.toString()}`;
}

const contextOf = ({ rootUrl }: Service, setName: string) =>
  `${rootUrl}/$metadata#companies(${ERP_SETUP.companyId})/${setName}`;

const optionsOf = ({ query, headers }: ServiceRequest) =>
  parseQueryOptions(query, headers.prefer ?? "");

function answer(status: number, body: unknown): ServiceAnswer {
  return {
    status,
    headers: {
      "content-type": "application/json; odata.metadata=minimal; odata.streaming=true",
      "odata-version": "4.0",
    },
    body,
  };
}
