import { DomainError } from "@crossdock/domain";
import type { Gateway, VerifyToken } from "@crossdock/gateway";
import {
  UnknownManifestError,
  UnknownPartnerError,
  type ChangedBy,
  type ManifestBook,
  type ManifestDirectory,
  type PartnerBook,
} from "@crossdock/partners";
import type { FastifyError, FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { letOperatorsOnly, operatorOf } from "./operators-only.ts";

export type ManifestRoutesDeps = {
  readonly gateway: Gateway;
  readonly verifyToken: VerifyToken;
  readonly partnerBook: PartnerBook;
  readonly manifestBook: ManifestBook;
  readonly manifestDirectory: ManifestDirectory;
};

const pushed = z.strictObject({ version: z.string(), manifest: z.unknown() });
const linted = z.strictObject({ manifest: z.unknown() });

type OneClient = { Params: { clientId: string } };
type OneVersion = { Params: { clientId: string; version: string } };

/**
 * The manifests of partners, for operators. A change holds in this process when it is answered, in all others a moment
 * later. What a manifest is refused for is answered with 422 and all that was found.
 */
export function registerManifests(app: FastifyInstance, deps: ManifestRoutesDeps): void {
  const { gateway, verifyToken, partnerBook, manifestBook, manifestDirectory } = deps;
  const held = async <Told>(told: Promise<Told>): Promise<Told> => {
    const answer = await told;
    await manifestDirectory.refresh();
    return answer;
  };
  const judge = async (clientId: string, manifest: unknown) => {
    const { pointsPerMinute, sourceCallsPerMinute } = await partnerBook.find(clientId);
    const budget = { pointsPerMinute, sourceCallsPerMinute };
    return gateway.judgeManifest(manifest, { audience: "partner", ...budget });
  };
  void app.register((scope, _options, done) => {
    letOperatorsOnly(scope, verifyToken);
    scope.setErrorHandler((error: FastifyError, _request, reply) => {
      const isUnknown =
        error instanceof UnknownManifestError || error instanceof UnknownPartnerError;
      if (isUnknown) return reply.code(404).send({ message: error.message });
      if (error instanceof DomainError) return reply.code(400).send({ message: error.message });
      throw error;
    });
    scope.get("/manifests", () => manifestBook.list(null));
    scope.get<OneClient>("/manifests/:clientId", ({ params }) =>
      manifestBook.list(params.clientId),
    );
    scope.get<OneClient>("/manifests/:clientId/unknown", ({ params }) =>
      manifestBook.unknownOf(params.clientId),
    );
    scope.post<OneClient>("/manifests/:clientId/lint", async ({ params, body }, reply) => {
      const { success, data } = linted.safeParse(body);
      return success ? judge(params.clientId, data.manifest) : reply.code(400).send(NO_MANIFEST);
    });
    scope.post<OneClient>("/manifests/:clientId", async (request, reply) => {
      const { success, data } = pushed.safeParse(request.body);
      if (!success) return reply.code(400).send(NO_MANIFEST);
      const { clientId } = request.params;
      const judged = await judge(clientId, data.manifest);
      if (judged.problems.length > 0) return reply.code(422).send(judged);
      const { operations } = judged;
      const manifest = await manifestBook.push(clientId, data.version, operations, byOf(request));
      return { manifest, operations };
    });
    scope.post<OneVersion>("/manifests/:clientId/:version/promote", async (request, reply) => {
      const { clientId, version } = request.params;
      const operations = await manifestBook.operationsOf(clientId, version);
      // The schema and the client's budget may have changed since it was pushed.
      const judged = await judge(clientId, { ...APOLLO_FORMAT, operations });
      if (judged.problems.length > 0) return reply.code(422).send(judged);
      const manifest = await held(manifestBook.promote(clientId, version, byOf(request)));
      return { manifest, operations: judged.operations };
    });
    scope.post<OneVersion>("/manifests/:clientId/:version/retire", async (request) => {
      const { clientId, version } = request.params;
      return { manifest: await held(manifestBook.retire(clientId, version, byOf(request))) };
    });
    done();
  });
}

const APOLLO_FORMAT = { format: "apollo-persisted-query-manifest", version: 1 } as const;
const NO_MANIFEST = { message: "The body is not { manifest }, with a version where it is pushed." };

function byOf(request: FastifyRequest): ChangedBy {
  return { actor: operatorOf(request).id, correlationId: request.id };
}
