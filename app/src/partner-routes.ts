import { randomUUID } from "node:crypto";
import { DomainError, instantOf } from "@crossdock/domain";
import type { VerifyToken } from "@crossdock/gateway";
import {
  DEFAULT_TERMS,
  parseTerms,
  UnknownPartnerError,
  type ChangedBy,
  type PartnerBook,
  type PartnerDirectory,
} from "@crossdock/partners";
import type { Clock } from "@crossdock/runtime";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { letOperatorsOnly, operatorOf } from "./operators-only.ts";

export type PartnerRoutesDeps = {
  readonly verifyToken: VerifyToken;
  readonly partnerBook: PartnerBook;
  readonly partners: PartnerDirectory;
  readonly clock: Clock;
};

const MS_PER_SECOND = 1_000;
const MAX_SECONDS = 10 * 366 * 86_400;
/** Of a key, from now on; `null`: until it is revoked. */
const lifeSeconds = z.int().positive().max(MAX_SECONDS).nullable();
const terms = z.strictObject({
  name: z.string(),
  customers: z.array(z.string()),
  scopes: z.array(z.string()),
  operations: z.string(),
  pointsPerMinute: z.number(),
  concurrentOperations: z.number(),
  sourceCallsPerMinute: z.number().nullable(),
});
/** JSON has no `undefined`: what is there has a value. */
type Given<Terms> = { readonly [Term in keyof Terms]: Exclude<Terms[Term], undefined> };
const creation = terms
  .partial()
  .required({ name: true, customers: true })
  .extend({
    clientId: z.string(),
    keyLifeSeconds: lifeSeconds.default(null),
  });
const rotation = z.strictObject({
  overlapSeconds: z.int().nonnegative().max(MAX_SECONDS),
  keyLifeSeconds: lifeSeconds.default(null),
});
const revocation = z.strictObject({ keyId: z.string().nullable() });

type OnePartner = { Params: { clientId: string } };

/**
 * Partners and their keys, for operators. A change holds in this process when it is answered, in all others a moment
 * later. A key is in the answer that makes it and never again.
 */
export function registerPartners(app: FastifyInstance, deps: PartnerRoutesDeps): void {
  const { verifyToken, partnerBook, partners, clock } = deps;
  const endOf = (seconds: number | null) =>
    seconds === null ? null : instantOf(new Date(clock.nowMs() + seconds * MS_PER_SECOND));
  const held = async <Told>(told: Promise<Told>): Promise<Told> => {
    const answer = await told;
    await partners.refresh();
    return answer;
  };
  void app.register((scope, _options, done) => {
    letOperatorsOnly(scope, verifyToken);
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      if (error instanceof UnknownPartnerError) return reply.code(404).send(messageOf(error));
      const isTheirs = error instanceof z.ZodError || error instanceof DomainError;
      if (isTheirs) return reply.code(400).send(messageOf(error));
      throw error;
    });
    scope.addHook("onRequest", (_request, reply, next) => {
      void reply.header("cache-control", "no-store");
      next();
    });
    scope.get("/partners", () => partnerBook.list());
    scope.post("/partners", (request) => {
      const { clientId, keyLifeSeconds, ...given } = creation.parse(request.body);
      const agreed = parseTerms({ ...DEFAULT_TERMS, ...(given as Given<typeof given>) });
      return held(partnerBook.create(clientId, agreed, endOf(keyLifeSeconds), byOf(request)));
    });
    scope.get<OnePartner>("/partners/:clientId", ({ params }) => partnerBook.find(params.clientId));
    scope.patch<OnePartner>("/partners/:clientId", async (request) => {
      const { clientId } = request.params;
      const given = terms.partial().parse(request.body);
      const changes = given as Given<typeof given>;
      const { name, customers, scopes, operations, ...counts } = await partnerBook.find(clientId);
      const { pointsPerMinute, concurrentOperations, sourceCallsPerMinute } = counts;
      const before = { pointsPerMinute, concurrentOperations, sourceCallsPerMinute };
      const all = parseTerms({ name, customers, scopes, operations, ...before, ...changes });
      const changed = Object.keys(changes) as (keyof typeof all)[];
      const agreed = Object.fromEntries(changed.map((term) => [term, all[term]]));
      return held(partnerBook.change(clientId, agreed, byOf(request)));
    });
    scope.post<OnePartner>("/partners/:clientId/rotate", (request) => {
      const { overlapSeconds, keyLifeSeconds } = rotation.parse(request.body);
      const options = {
        overlapMs: overlapSeconds * MS_PER_SECOND,
        keyExpiresAt: endOf(keyLifeSeconds),
      };
      return held(partnerBook.rotate(request.params.clientId, options, byOf(request)));
    });
    scope.post<OnePartner>("/partners/:clientId/revoke", async (request) => {
      const { keyId } = revocation.parse(request.body);
      const { clientId } = request.params;
      return { revoked: await held(partnerBook.revoke(clientId, keyId, byOf(request))) };
    });
    scope.post<OnePartner>("/partners/:clientId/suspend", (request) =>
      held(partnerBook.suspend(request.params.clientId, byOf(request))),
    );
    scope.post<OnePartner>("/partners/:clientId/resume", (request) =>
      held(partnerBook.resume(request.params.clientId, byOf(request))),
    );
    done();
  });
}

function byOf(request: FastifyRequest): ChangedBy {
  return { actor: operatorOf(request).id, correlationId: randomUUID() };
}

function messageOf(error: Error) {
  if (!(error instanceof z.ZodError)) return { message: error.message };
  const [issue] = error.issues;
  const place = issue?.path.join(".") ?? "";
  return { message: `${place === "" ? "The body" : place}: ${issue?.message ?? "is not valid"}.` };
}
