import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { basicAuth } from "../kit/basic-auth.ts";
import { createCallWindow } from "../kit/call-window.ts";
import type { SandboxClock } from "../kit/clock.ts";
import type { SandboxSource, SourceDeps } from "../kit/source.ts";
import { CARRIER_DEMO } from "./demo-account.ts";
import { createParcelBook, type ParcelBook, type ParcelScan } from "./parcel-book.ts";
import { CarrierProblem, problemBody } from "./problems.ts";
import {
  idOf,
  ratesOf,
  ratesOfAll,
  renderBought,
  renderRate,
  renderTracker,
  shipmentIdOf,
} from "./render.ts";
import { createOrder, createShipment, retrieveBatch } from "./shipment-input.ts";
import { createTrackerEvents } from "./tracker-events.ts";

export type CarrierOptions = {
  /** The vendor limits by its load, and tells no number. */
  readonly requestsPerMinute: number;
  /** What a call costs the vendor, in milliseconds: any time from `least` to `most`. */
  readonly serviceMs: { readonly least: number; readonly most: number };
};

const DEFAULTS: CarrierOptions = { requestsPerMinute: 600, serviceMs: { least: 30, most: 80 } };
/** What somebody can have happen to a parcel. */
const MOVES: Readonly<Record<string, ParcelScan["state"]>> = {
  delivered: "Delivered",
  failure: "Failure",
  returned: "ReturnToSender",
};
const CREATED = 201;
const TOO_MANY = "Too many requests. Slow down and try again.";

/** The carriers of the demo, behind one account: it speaks EasyPost's API v2. */
export function createCarrierSandbox(
  deps: SourceDeps,
  given: Partial<CarrierOptions> = {},
): SandboxSource {
  const options = { ...DEFAULTS, ...given };
  const { store, clock, handOvers } = deps;
  const events = createTrackerEvents(deps);
  const parcels = createParcelBook(store, clock, (trackingNumber) => {
    const parcel = parcels.find(trackingNumber);
    if (parcel !== undefined) events.tell(parcel);
  });
  handOvers.listen((parcel) => parcels.record(parcel));
  return {
    name: "carrier",
    refusals: {
      error: { headers: {}, body: problemBody("INTERNAL_SERVER_ERROR", "Something went wrong.") },
      rateLimit: { headers: { "retry-after": "1" }, body: problemBody("RATE_LIMITED", TOO_MANY) },
    },
    async register(app) {
      answerProblems(app);
      await app.register(
        (api) => {
          guard(api, options, clock);
          registerRates(api);
          registerParcels(api, parcels);
          events.register(api);
          return Promise.resolve();
        },
        { prefix: CARRIER_DEMO.apiPath },
      );
    },
    documents(type) {
      if (type !== "tracker" && type !== "shipment") return [];
      return [...parcels.values()].map((parcel) => ({
        references: [parcel.trackingNumber],
        get body() {
          return type === "tracker" ? renderTracker(parcel) : renderBought(parcel, parcels);
        },
      }));
    },
    advance: (reference, to) => {
      if (to === "billed") return parcels.bill(reference);
      const state = MOVES[to];
      return state !== undefined && parcels.scan(reference, state);
    },
    stop: () => undefined,
  };
}

/** What is rated is not kept: nobody buys a label here but the warehouse. */
function registerRates(api: FastifyInstance): void {
  api.post("/shipments", { config: { operation: "POST shipments" } }, async (request, reply) => {
    const { shipment } = parse(createShipment, request.body);
    const id = idOf("shp", randomUUID());
    const rates = ratesOf(shipment).map((rate) => renderRate(rate, id));
    return reply.code(CREATED).send({ id, object: "Shipment", mode: "test", messages: [], rates });
  });
  api.post("/orders", { config: { operation: "POST orders" } }, async (request, reply) => {
    const { order } = parse(createOrder, request.body);
    const { from_address, to_address } = order;
    const id = idOf("order", randomUUID());
    const rated = order.shipments.map(({ parcel }) =>
      ratesOf({ from_address, to_address, parcel }),
    );
    const rates = ratesOfAll(rated).map((rate) => renderRate(rate, id));
    return reply.code(CREATED).send({ id, object: "Order", mode: "test", messages: [], rates });
  });
}

function registerParcels(api: FastifyInstance, parcels: ParcelBook): void {
  api.post("/trackers/batch", { config: { operation: "POST trackers/batch" } }, (request) => {
    const { tracking_codes: codes } = parse(retrieveBatch, request.body);
    const found = codes.flatMap((code) => parcels.find(code) ?? []);
    return { trackers: found.map(renderTracker), has_more: false };
  });
  api.get("/trackers", { config: { operation: "GET trackers" } }, (request) => {
    const { tracking_code: code } = request.query as { tracking_code?: string };
    const found = [...parcels.values()].filter(
      ({ trackingNumber }) => code === undefined || trackingNumber === code,
    );
    return { trackers: found.map(renderTracker), has_more: false };
  });
  api.get("/shipments/:id", { config: { operation: "GET shipment" } }, (request) => {
    const { id } = request.params as { id: string };
    for (const parcel of parcels.values()) {
      if (shipmentIdOf(parcel.trackingNumber) === id) return renderBought(parcel, parcels);
    }
    throw new CarrierProblem(404, "NOT_FOUND", "The requested resource could not be found.");
  });
}

function guard(
  api: FastifyInstance,
  { requestsPerMinute, serviceMs: { least, most } }: CarrierOptions,
  clock: SandboxClock,
): void {
  const access = basicAuth(CARRIER_DEMO.apiKey, "");
  const window = createCallWindow(requestsPerMinute);
  api.addHook("onRequest", async (request) => {
    if (request.headers.authorization !== access) {
      throw new CarrierProblem(401, "UNAUTHORIZED", "The API key is not valid.");
    }
    const waitSeconds = window.enter(clock.now().getTime());
    if (waitSeconds !== null) {
      throw new CarrierProblem(429, "RATE_LIMITED", TOO_MANY, {
        "retry-after": String(waitSeconds),
      });
    }
    if (most > 0) await sleep(least + Math.random() * (most - least));
  });
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue?.path.join(".") ?? "";
  throw new CarrierProblem(422, "PARAMETER.INVALID", `${field}: ${issue?.message ?? ""}`);
}

function answerProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof CarrierProblem) {
      return reply.code(error.status).headers(error.headers).send(error.body);
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const message = error instanceof Error ? error.message : String(error);
    return reply.code(status).send(problemBody("INTERNAL_SERVER_ERROR", message));
  });
}
