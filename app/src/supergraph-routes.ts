import { SupergraphRefusedError, type Gateway, type VerifyToken } from "@crossdock/gateway";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { letOperatorsOnly } from "./operators-only.ts";

export type SupergraphRoutesDeps = {
  readonly gateway: Gateway;
  readonly verifyToken: VerifyToken;
};

const supergraphBody = z.object({ supergraphSdl: z.string().min(1) });

/**
 * The supergraph of the running process, for operators: what is served (GET /supergraph), what another one
 * would break (POST /supergraph/check), and serving it (POST /supergraph). All of it is about this process;
 * others that share its load are asked one by one, or watch a file.
 */
export function registerSupergraph(app: FastifyInstance, deps: SupergraphRoutesDeps): void {
  const { gateway, verifyToken } = deps;
  void app.register((scope, _options, done) => {
    letOperatorsOnly(scope, verifyToken);
    scope.get("/supergraph", () => gateway.supergraph());
    scope.post("/supergraph/check", (request, reply) => {
      const { success, data } = supergraphBody.safeParse(request.body);
      return success ? gateway.check(data.supergraphSdl) : reply.code(400).send(NO_SUPERGRAPH);
    });
    scope.post("/supergraph", async (request, reply) => {
      const { success, data } = supergraphBody.safeParse(request.body);
      if (!success) return reply.code(400).send(NO_SUPERGRAPH);
      try {
        return await gateway.reload(data);
      } catch (error) {
        if (!(error instanceof SupergraphRefusedError)) throw error;
        return reply.code(422).send({ message: error.message });
      }
    });
    done();
  });
}

const NO_SUPERGRAPH = { message: "The body is not { supergraphSdl } with the supergraph's text." };
